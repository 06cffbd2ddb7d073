"""One persisted user-task step of SpiffWorkflow on SQLite: the yardstick for one decision."""

from __future__ import annotations

import io
import sqlite3
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from models.base import make_durable
from workflow.pathway import Pathway
from workflow.vocabulary import CLOSED, Action, Stage

PROCESS = "road"
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def same_road(road: Pathway) -> bytes:
    """The product's road: a user task for each stage, and a gateway that chooses by the action."""
    stages = [stage for stage in Stage if any(road.moves_from(stage))]
    ends = sorted({move.dest for move in road.moves} - {*stages})
    nodes = [f'<userTask id="{stage}"/><exclusiveGateway id="{stage}_to"/>' for stage in stages]
    flows = [("start", Stage.DRAFT, "")]
    for stage in stages:
        flows.append((stage, f"{stage}_to", ""))
        taken = {(move.action, move.dest) for move in road.moves_from(stage)}
        flows += [
            (f"{stage}_to", dest, f"action == '{action}' and dest == '{dest}'")
            for action, dest in sorted(taken)
        ]
    return _process(nodes + [f'<endEvent id="{stage}"/>' for stage in ends], flows)


def straight_road(road: Pathway) -> bytes:
    """As many user tasks in a row as the product's road has stages, and not one choice."""
    stages = [stage for stage in road.stages if stage not in CLOSED]
    nodes = [*(f'<userTask id="{stage}"/>' for stage in stages), '<endEvent id="end"/>']
    flows = [(one, other, "") for one, other in pairwise(("start", *stages, "end"))]
    return _process(nodes, flows)


def _process(nodes: list[str], flows: list[tuple[str, str, str]]) -> bytes:
    lines = [_flow(f"f{nth}", *flow) for nth, flow in enumerate(flows)]
    return (
        f'<definitions xmlns="{MODEL}" id="d" targetNamespace="plaudit">'
        f'<process id="{PROCESS}" isExecutable="true"><startEvent id="start"/>'
        f"{''.join(nodes + lines)}</process></definitions>"
    ).encode()


def _flow(name: str, source: str, target: str, condition: str) -> str:
    asked = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return (
        f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{asked}'
        "</sequenceFlow>"
    )


class Yardstick:
    """Cases of a process in a SQLite file, submitted, as durable as the product's."""

    def __init__(self, file: Path, process: bytes, case: dict[str, Any], cases: int) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(process)))
        spec = parser.get_spec(PROCESS)
        self.serializer = BpmnWorkflowSerializer()
        self.database = sqlite3.connect(file, isolation_level=None)
        make_durable(self.database)
        self.database.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        for number in range(cases):
            workflow = BpmnWorkflow(spec)
            workflow.do_engine_steps()
            self._complete(workflow, **case, action=Action.SUBMIT, dest=Stage.INTERNAL_AUDIT)
            state = self.serializer.serialize_json(workflow)
            self.database.execute("INSERT INTO instance VALUES (?, ?)", (number, state))

    def step(self, number: int) -> float:
        """Seconds to load the case, complete its user task, run on, store it and commit."""
        began = time.perf_counter()
        self.database.execute("BEGIN IMMEDIATE")
        found = self.database.execute("SELECT state FROM instance WHERE id = ?", (number,))
        workflow = self.serializer.deserialize_json(found.fetchone()[0])
        self._complete(workflow, action=Action.APPROVE, dest=Stage.EXTERNAL_AUDIT)
        state = self.serializer.serialize_json(workflow)
        self.database.execute("UPDATE instance SET state = ? WHERE id = ?", (state, number))
        self.database.execute("COMMIT")
        return time.perf_counter() - began

    def _complete(self, workflow: BpmnWorkflow, **answer: Any) -> None:
        [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.data.update(answer)
        task.run()
        workflow.do_engine_steps()
