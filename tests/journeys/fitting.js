// What does not fit on the page that stands open: "what: where" for each fault.
() => {
  const root = document.documentElement;
  const found = [];
  const styles = new Map();
  const style = (element) => styles.get(element) ?? styles.set(element, getComputedStyle(element)).get(element);
  const within = (element, is) => element && (is(style(element)) ? element : within(element.parentElement, is));
  const moves = (element) => within(element, (s) => /auto|scroll/.test(s.overflowX));
  const floats = (element) => within(element, (s) => /fixed|sticky/.test(s.position));
  const unseen = (element) => !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    || within(element, (s) => s.clipPath !== "none" || s.clip !== "auto");
  const called = (element) => `${element.tagName.toLowerCase()}.${element.className} "${element.textContent.trim().slice(0, 40)}"`;
  const fault = (what, element) => found.push(`${what}: ${called(element)}`);

  if (root.scrollWidth > innerWidth) found.push(`wider than the screen by ${root.scrollWidth - innerWidth} px`);

  for (const element of document.body.querySelectorAll(":not(svg, svg *, input)")) {
    if (unseen(element)) continue;
    const { overflowX, overflowY } = style(element);
    if (/hidden|clip/.test(overflowX) && element.scrollWidth > element.clientWidth + 1) fault("cut off at the side", element);
    if (/hidden|clip/.test(overflowY) && element.scrollHeight > element.clientHeight + 1) fault("cut off below", element);
  }

  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, element = text.parentElement;
    if (!text.data.trim() || element.closest("svg, option, textarea, script") || unseen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const boxes = [...range.getClientRects()].filter((box) => box.width >= 1);
    const em = parseFloat(style(element).fontSize);
    if (boxes.length > 4 && boxes.every((box) => box.width < 5 * em)) fault("squeezed into a column", element);
    if (!moves(element) && boxes.some((box) => box.left < -1 || box.right > innerWidth + 1)) fault("beside the screen", element);
    if (!floats(element)) lines.push(...boxes.map((box) => ({ box, text, element })));
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  lines.forEach((one, at) => {
    for (const other of lines.slice(at + 1)) {
      if (other.box.top >= one.box.bottom) break;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      const low = Math.min(one.box.height, other.box.height);
      if (one.text !== other.text && across > 2 && down > 0.4 * low) fault(`written over ${called(one.element)}`, other.element);
    }
  });
  return [...new Set(found)];
}
