"""One persisted user-task step of SpiffWorkflow on SQLite: the yardstick for one decision."""

from __future__ import annotations

import io
import json
import sqlite3
import time
from itertools import pairwise
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

TASKS = 6
PROCESS = "road"


def process_xml() -> bytes:
    """A straight road of user tasks, as long as ours from the internal audit to the award."""
    tasks = "".join(f'<userTask id="t{n}" name="Stage {n}"/>' for n in range(TASKS))
    nodes = ["start", *(f"t{n}" for n in range(TASKS)), "end"]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(pairwise(nodes))
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" '
        f'targetNamespace="plaudit"><process id="{PROCESS}" isExecutable="true">'
        f'<startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}</process></definitions>'
    ).encode()


def steps(folder: Path, cases: int) -> list[float]:
    """Seconds of each step: load the case, complete its user task, run on, store it, commit."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(process_xml())))
    spec = parser.get_spec(PROCESS)
    serializer = BpmnWorkflowSerializer()
    database = sqlite3.connect(folder / "spiff.db", isolation_level=None)
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
    for number in range(cases):
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        state = serializer.serialize_json(workflow)
        database.execute("INSERT INTO instance VALUES (?, ?)", (number, state))
    taken = []
    for number in range(cases):
        began = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        row = database.execute("SELECT state FROM instance WHERE id = ?", (number,)).fetchone()
        workflow = serializer.deserialize_json(row[0])
        [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data["approved"] = True
        task.run()
        workflow.do_engine_steps()
        state = serializer.serialize_json(workflow)
        database.execute("UPDATE instance SET state = ? WHERE id = ?", (state, number))
        database.execute("COMMIT")
        taken.append(time.perf_counter() - began)
    database.close()
    json.loads(state)
    return taken
