"""One persisted user-task step of SpiffWorkflow on SQLite: the yardstick for one decision."""

from __future__ import annotations

import io
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


class Yardstick:
    """Cases of that process in a SQLite file, as durable as the product's."""

    def __init__(self, folder: Path, cases: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(process_xml())))
        spec = parser.get_spec(PROCESS)
        self.serializer = BpmnWorkflowSerializer()
        self.database = sqlite3.connect(folder / "spiff.db", isolation_level=None)
        self.database.execute("PRAGMA synchronous=FULL")
        self.database.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        for number in range(cases):
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            state = self.serializer.serialize_json(workflow)
            self.database.execute("INSERT INTO instance VALUES (?, ?)", (number, state))

    def step(self, number: int) -> float:
        """Seconds to load the case, complete its user task, run on, store it and commit."""
        began = time.perf_counter()
        self.database.execute("BEGIN IMMEDIATE")
        found = self.database.execute("SELECT state FROM instance WHERE id = ?", (number,))
        workflow = self.serializer.deserialize_json(found.fetchone()[0])
        [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data["approved"] = True
        task.run()
        workflow.do_engine_steps()
        state = self.serializer.serialize_json(workflow)
        self.database.execute("UPDATE instance SET state = ? WHERE id = ?", (state, number))
        self.database.execute("COMMIT")
        return time.perf_counter() - began
