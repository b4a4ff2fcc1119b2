"""Tiny models for `check`: one per refusal of the engine, and one wrong change of our procedure per house rule."""

PROCEDURE = "testing_registration_issue"
HEAD = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d">
 <bpmn:message id="m" name="paid"><bpmn:extensionElements><zeebe:subscription correlationKey="=dossier.code"/>
 </bpmn:extensionElements></bpmn:message><bpmn:message id="m2" name="keyless"/><bpmn:error id="e" errorCode="broken"/>
 <bpmn:error id="e2" name="codeless"/>
 <bpmn:process id="p" isExecutable="true">"""
TAIL = "</bpmn:process></bpmn:definitions>"


def start_to_end(*middle: str) -> str:
    """start → each element of `middle` → end; the elements have the ids n0, n1 …"""
    ids = ["start", *(f"n{number}" for number in range(len(middle))), "end"]
    flows = [
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(zip(ids, ids[1:], strict=False))
    ]
    elements = [element.replace("ID", f'id="n{number}"') for number, element in enumerate(middle)]
    return "".join(['<bpmn:startEvent id="start"/>', *elements, '<bpmn:endEvent id="end"/>', *flows])


def extended(tag: str, extension: str, inner: str = "") -> str:
    return f"<bpmn:{tag} ID><bpmn:extensionElements>{extension}</bpmn:extensionElements>{inner}</bpmn:{tag}>"


JOB = '<zeebe:taskDefinition type="documents.issue_receipt"/>'
USER = extended("userTask", '<zeebe:assignmentDefinition candidateGroups="leader"/>')
TIMER = "<bpmn:timerEventDefinition>{}</bpmn:timerEventDefinition>"
GATE = """<bpmn:startEvent id="start"/><bpmn:exclusiveGateway id="g" {default}/><bpmn:endEvent id="a"/>
<bpmn:endEvent id="b"/><bpmn:sequenceFlow id="f" sourceRef="start" targetRef="g"/>
<bpmn:sequenceFlow id="fa" sourceRef="g" targetRef="a">{condition}</bpmn:sequenceFlow>
<bpmn:sequenceFlow id="fb" sourceRef="g" targetRef="b"/>"""
FORK = """<bpmn:startEvent id="s"/><bpmn:{split} id="g" {default}/><bpmn:task id="a"/><bpmn:task id="b"/>
<bpmn:{join} id="j"/><bpmn:endEvent id="e0"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="g"/>
<bpmn:sequenceFlow id="fa" sourceRef="g" targetRef="a"/>
<bpmn:sequenceFlow id="fb" sourceRef="g" targetRef="b">{condition}</bpmn:sequenceFlow>
<bpmn:sequenceFlow id="fc" sourceRef="a" targetRef="j"/><bpmn:sequenceFlow id="fd" sourceRef="b" targetRef="j"/>
<bpmn:sequenceFlow id="fe" sourceRef="j" targetRef="e0"/>"""
CONDITION = "<bpmn:conditionExpression>{}</bpmn:conditionExpression>"

ENGINE_REFUSALS = [
    ("complex gateway", start_to_end("<bpmn:complexGateway ID/>"), "element.unsupported", "n0"),
    ("ad-hoc sub-process", start_to_end("<bpmn:adHocSubProcess ID/>"), "element.unsupported", "n0"),
    ("transaction", start_to_end("<bpmn:transaction ID/>"), "element.unsupported", "n0"),
    ("standard loop", start_to_end("<bpmn:task ID><bpmn:standardLoopCharacteristics/></bpmn:task>"),
     "element.unsupported", "n0"),
    ("data object", start_to_end("<bpmn:task ID/>") + '<bpmn:dataObject id="o"/>', "element.unsupported", "o"),
    ("data store", start_to_end("<bpmn:task ID/>") + '<bpmn:dataStoreReference id="o"/>', "element.unsupported", "o"),
    ("unknown element", start_to_end("<bpmn:task ID/>") + '<bpmn:globalTask id="o"/>', "element.unsupported", "o"),
    ("compensation", start_to_end("<bpmn:intermediateThrowEvent ID><bpmn:compensateEventDefinition/>"
     "</bpmn:intermediateThrowEvent>"), "element.unsupported", "n0"),
    ("compensation activity", start_to_end('<bpmn:task ID isForCompensation="true"/>'), "attribute.unsupported", "n0"),
    ("conditional event", start_to_end("<bpmn:intermediateCatchEvent ID><bpmn:conditionalEventDefinition/>"
     "</bpmn:intermediateCatchEvent>"), "element.unsupported", "n0"),
    ("signal", start_to_end("<bpmn:intermediateThrowEvent ID><bpmn:signalEventDefinition/>"
     "</bpmn:intermediateThrowEvent>"), "element.unsupported", "n0"),
    ("start quantity", start_to_end('<bpmn:task ID startQuantity="2"/>'), "attribute.unsupported", "n0"),
    ("completion quantity", start_to_end('<bpmn:task ID completionQuantity="2"/>'), "attribute.unsupported", "n0"),
    ("instantiating task", start_to_end('<bpmn:receiveTask ID messageRef="m" instantiate="true"/>'),
     "attribute.unsupported", "n0"),
    ("several start events", start_to_end("<bpmn:task ID/>") + '<bpmn:startEvent id="s2"/>'
     '<bpmn:sequenceFlow id="x" sourceRef="s2" targetRef="n0"/>', "event.starts", "s2"),
    ("timer start", '<bpmn:startEvent id="s">' + TIMER.format("<bpmn:timeDuration>P1D</bpmn:timeDuration>")
     + "</bpmn:startEvent>", "event.position", "s"),
    ("error caught in the middle", start_to_end('<bpmn:intermediateCatchEvent ID>'
     '<bpmn:errorEventDefinition errorRef="e"/></bpmn:intermediateCatchEvent>'), "event.position", "n0"),
    ("link on a boundary", start_to_end("<bpmn:task ID/>") + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     '<bpmn:linkEventDefinition name="l"/></bpmn:boundaryEvent>', "event.position", "b"),
    ("link without target", start_to_end('<bpmn:intermediateThrowEvent ID><bpmn:linkEventDefinition name="l"/>'
     "</bpmn:intermediateThrowEvent>"), "event.links", "n0"),
    ("several triggers", start_to_end('<bpmn:intermediateCatchEvent ID><bpmn:messageEventDefinition messageRef="m"/>'
     + TIMER.format("<bpmn:timeDuration>P1D</bpmn:timeDuration>") + "</bpmn:intermediateCatchEvent>"),
     "event.position", "n0"),
    ("message thrown", start_to_end('<bpmn:intermediateThrowEvent ID><bpmn:messageEventDefinition '
     'messageRef="m"/></bpmn:intermediateThrowEvent>'), "event.position", "n0"),
    ("message at the end", '<bpmn:startEvent id="s"/><bpmn:endEvent id="x">'
     '<bpmn:messageEventDefinition messageRef="m"/>'
     "</bpmn:endEvent>" '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/>', "event.position", "x"),
    ("empty sub-process", start_to_end("<bpmn:subProcess ID/>"), "process.empty", "n0"),
    ("error without code", start_to_end(extended("serviceTask", JOB)) + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     '<bpmn:errorEventDefinition errorRef="e2"/></bpmn:boundaryEvent>', "event.reference", "b"),
    ("candidate users", start_to_end(extended("userTask", '<zeebe:assignmentDefinition candidateUsers="an"/>')),
     "extension.unknown", "n0"),
    ("message without name", start_to_end("<bpmn:receiveTask ID/>"), "event.reference", "n0"),
    ("message without key", start_to_end('<bpmn:receiveTask ID messageRef="m2"/>'), "message.correlation", "n0"),
    ("cron", start_to_end(USER) + '<bpmn:boundaryEvent id="b" attachedToRef="n0" cancelActivity="false">'
     + TIMER.format("<bpmn:timeCycle>0 0 9 * * MON</bpmn:timeCycle>") + "</bpmn:boundaryEvent>", "timer.text", "b"),
    ("timer that is no time", start_to_end("<bpmn:intermediateCatchEvent ID>"
     + TIMER.format("<bpmn:timeDuration>3 days</bpmn:timeDuration>") + "</bpmn:intermediateCatchEvent>"),
     "timer.text", "n0"),
    ("timer without time", start_to_end("<bpmn:intermediateCatchEvent ID>" + TIMER.format("")
     + "</bpmn:intermediateCatchEvent>"), "timer.text", "n0"),
    ("interrupting cycle", start_to_end(USER) + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     + TIMER.format("<bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>") + "</bpmn:boundaryEvent>", "timer.text", "b"),
    ("error that does not interrupt", start_to_end(extended("serviceTask", JOB)) + '<bpmn:boundaryEvent id="b" '
     'attachedToRef="n0" cancelActivity="false"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>',
     "event.boundary", "b"),
    ("boundary on nothing", start_to_end("<bpmn:task ID/>") + '<bpmn:boundaryEvent id="b" attachedToRef="zz">'
     '<bpmn:messageEventDefinition messageRef="m"/></bpmn:boundaryEvent>', "event.boundary", "b"),
    ("flow to nowhere", start_to_end("<bpmn:task ID/>") + '<bpmn:sequenceFlow id="x" sourceRef="n0" targetRef="zz"/>',
     "flow.ends", "x"),
    ("condition after a task", start_to_end("<bpmn:task ID/>").replace('targetRef="end"/>', 'targetRef="end">'
     + CONDITION.format("=true") + "</bpmn:sequenceFlow>"), "flow.condition", "n0"),
    ("gateway without default", GATE.format(default="", condition=CONDITION.format("=true")), "gateway.default", "g"),
    ("flow without condition", GATE.format(default='default="fb"', condition=""), "gateway.default", "fa"),
    ("default with condition", GATE.format(default='default="fa"', condition=CONDITION.format("=true")),
     "gateway.default", "fa"),
    ("condition without =", GATE.format(default='default="fb"', condition=CONDITION.format("x > 1")),
     "feel.parse", "fa"),
    ("condition that does not parse", GATE.format(default='default="fb"', condition=CONDITION.format("=x &gt; (")),
     "feel.parse", "fa"),
    ("unknown function", GATE.format(default='default="fb"', condition=CONDITION.format("=add_week(now(), 1) = x")),
     "feel.parse", "fa"),
    ("parallel join of alternatives", FORK.format(split='exclusiveGateway', default='default="fa"',
     condition=CONDITION.format("=true"), join="parallelGateway"), "gateway.deadlock", "j"),
    ("unreachable node", start_to_end("<bpmn:task ID/>") + '<bpmn:task id="x"/><bpmn:endEvent id="y"/>'
     '<bpmn:sequenceFlow id="z" sourceRef="x" targetRef="y"/>', "flow.reach", "x"),
    ("loop without end", '<bpmn:startEvent id="s"/><bpmn:task id="a"/><bpmn:task id="b"/>'
     '<bpmn:sequenceFlow id="1" sourceRef="s" targetRef="a"/><bpmn:sequenceFlow id="2" sourceRef="a" targetRef="b"/>'
     '<bpmn:sequenceFlow id="3" sourceRef="b" targetRef="a"/>', "flow.reach", "a"),
    ("two processes", start_to_end("<bpmn:task ID/>") + '</bpmn:process><bpmn:process id="q" isExecutable="true">'
     '<bpmn:task id="t"/>', "process.single", "q"),
    ("nothing drawn", "", "process.single", ""),
    ("duplicate id", start_to_end("<bpmn:task ID/>") + '<bpmn:textAnnotation id="n0"/>', "id.unique", "n0"),
    ("task for nobody", start_to_end("<bpmn:userTask ID/>"), "task.assignment", "n0"),
    ("service task without operator", start_to_end("<bpmn:serviceTask ID/>"), "task.job", "n0"),
    ("undeclared operator", start_to_end(extended("serviceTask", '<zeebe:taskDefinition type="os.system"/>')),
     "task.job", "n0"),
    ("script in a language", start_to_end("<bpmn:scriptTask ID><bpmn:script>pass</bpmn:script></bpmn:scriptTask>"),
     "element.unsupported", "n0"),
    ("script without result", start_to_end(extended("scriptTask", '<zeebe:script expression="=1"/>')),
     "task.script", "n0"),
    ("missing decision", start_to_end(extended("businessRuleTask",
     '<zeebe:calledDecision decisionId="no" resultVariable="r"/>')), "task.decision", "n0"),
    ("missing process", start_to_end(extended("callActivity", '<zeebe:calledElement processId="no"/>')),
     "call.missing", "n0"),
    ("recursion", start_to_end(extended("callActivity", '<zeebe:calledElement processId="p"/>')), "call.missing", "n0"),
    ("error caught nowhere", '<bpmn:startEvent id="s"/><bpmn:endEvent id="x"><bpmn:errorEventDefinition errorRef="e"/>'
     '</bpmn:endEvent><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="x"/>', "error.uncaught", "x"),
    ("error never thrown", start_to_end(USER) + '<bpmn:boundaryEvent id="b" attachedToRef="n0">'
     '<bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>', "error.never_thrown", "b"),
    ("repetition without list", start_to_end(USER.replace("</bpmn:userTask>",
     "<bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>")), "task.loop", "n0"),
    ("listener", start_to_end(extended("task", '<zeebe:executionListeners/>')), "extension.unknown", "n0"),
    ("version binding", start_to_end(extended("callActivity",
     '<zeebe:calledElement processId="x" bindingType="deployment"/>')), "extension.unknown", "n0"),
    ("mapping without target", start_to_end(extended("task", '<zeebe:ioMapping><zeebe:input source="=1" target=""/>'
     "</zeebe:ioMapping>")), "mapping.target", "n0"),
    ("model of another engine", start_to_end('<bpmn:task ID xmlns:c="http://camunda.org/schema/1.0/bpmn" c:x="1"/>'),
     "extension.foreign", "n0"),
    ("event gateway to a task", start_to_end("<bpmn:eventBasedGateway ID/>", "<bpmn:task ID/>"), "gateway.event", "n0"),
]  # fmt: skip

MAIN = f"bpmn/procedures/{PROCEDURE}/{PROCEDURE}.bpmn"
RECEIVE = "bpmn/shared/receive_dossier.bpmn"
HOUSE_REFUSALS = [
    ("unknown lane", MAIN, '<bpmn:lane id="leader"', '<bpmn:lane id="boss"', "task.role", "boss"),
    ("unknown group", RECEIVE, 'candidateGroups="reception"', 'candidateGroups="front_desk"', "task.role",
     "check_composition"),
    ("missing form", RECEIVE, "shared/check_composition", "shared/check_nothing", "task.form", "check_composition"),
    ("no form", RECEIVE, '<zeebe:formDefinition formId="shared/check_composition"/>', "", "task.form",
     "check_composition"),
    ("unset variable", MAIN, '=accredited = true', '=acredited = true', "variable.unset",
     "flow_is_accredited_to_confirm_accreditation"),
    ("variable no call gives back", MAIN, '<zeebe:output source="=specialist" target="specialist"/>', "",
     "variable.unset", "confirm_accreditation"),
    ("unknown key of the dossier", RECEIVE, "dossier.submitted_at", "dossier.sent_at", "variable.unset",
     "check_composition"),
    ("unknown fact", "bpmn/shared/request_supplement.bpmn", "procedure.supplement.max_requests",
     "procedure.supplement.max", "variable.unset", "flow_is_first_request_to_approve_second_request"),
    ("unknown property", MAIN, 'name="legal_basis"', 'name="law"', "property.value", "appraise_scope"),
    ("wrong state", MAIN, 'name="dossier_state" value="3"', 'name="dossier_state" value="11"', "property.value",
     "not_accepted"),
    ("wrong clock", RECEIVE, 'name="clock" value="start"', 'name="clock" value="run"', "property.value",
     "issue_receipt"),
    ("clock without table", MAIN, 'name="clock" value="follows_due_at"', 'name="clock" value="restart:after_visit"',
     "property.restart", "deadline_near"),
    ("gateway without question", MAIN, 'name="Cấp giấy?"', 'name="Cấp giấy"', "name.missing", "is_granted"),
    ("flow without answer", MAIN, 'name="Từ chối" sourceRef="is_granted"', 'sourceRef="is_granted"', "name.missing",
     "flow_is_granted_to_return_refusal"),
    ("task not drawn", MAIN, 'bpmnElement="appraise_scope"', 'bpmnElement="appraise_nothing"', "diagram.missing",
     "appraise_scope"),
    ("dead end", MAIN, '<bpmn:sequenceFlow id="flow_return_result_to_issued" sourceRef="return_result"'
     ' targetRef="issued"/>', "", "flow.end_event", "return_result"),
    ("error of a call not caught", MAIN, 'attachedToRef="issue_result"', 'attachedToRef="return_result"',
     "error.uncaught", "issue_result"),
    ("process that is not its file", RECEIVE, 'process id="receive_dossier"', 'process id="take_dossier"', "id.file",
     "take_dossier"),
    ("facts of another procedure", f"bpmn/procedures/{PROCEDURE}/procedure.toml",
     'id             = "testing_registration_issue"', 'id = "other"', "facts.id", "id"),
    ("decision that does not parse", "bpmn/decisions/sign_level.dmn", "<text>procedure.level</text>",
     "<text>procedure.level (</text>", "decision.parse", "input_sign_level_2"),
    ("decision that reads an unknown fact", "bpmn/decisions/sign_level.dmn", "<text>procedure.authority.signer</text>",
     "<text>procedure.authority.chair</text>", "variable.unset", "determine_sign_level"),
    ("form that is no form", "forms/shared/check_composition.form", '"components"', '"compnents"', "form.parse", ""),
    ("task outside the lanes", MAIN, "<bpmn:flowNodeRef>appraise_scope</bpmn:flowNodeRef>", "", "lane.nodes",
     "appraise_scope"),
    ("flow that its node does not list", MAIN,
     "<bpmn:outgoing>flow_appraise_scope_to_issue_result</bpmn:outgoing>", "", "flow.listed", "appraise_scope"),
    ("two flows into a task", MAIN, 'targetRef="join_reappraisal"', 'targetRef="appraise_scope"', "gateway.join",
     "appraise_scope"),
]  # fmt: skip
