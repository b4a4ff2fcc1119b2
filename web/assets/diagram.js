// The diagram of a process in the dossier's page: can be moved and zoomed, not changed.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";

window.BpmnViewer = NavigatedViewer;
