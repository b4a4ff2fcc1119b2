// What officials gain from JavaScript. Every page works without it: each part only shortens a way that exists.
import { startRedraw } from "./public/redraw.js";
import { startConfirmations } from "./staff/confirmations.js";
import { startDiagrams } from "./staff/diagram.js";
import { startForms } from "./staff/forms.js";
import { startKeys } from "./staff/keys.js";
import { startPages } from "./staff/more_rows.js";
import { startViewer } from "./staff/viewer.js";

document.documentElement.classList.add("has-js");
document.querySelector("[data-take-focus]")?.focus();
startRedraw();
startKeys();
startPages();
startViewer();
startForms();
startConfirmations();
startDiagrams();
