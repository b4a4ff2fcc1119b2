// What applicants gain from JavaScript. Every page works without it: each part only shortens a way that exists.
import { startDraft } from "./public/draft.js";
import { startPage } from "./public/page.js";
import { startRedraw } from "./public/redraw.js";
import { startSuggestions } from "./public/suggestions.js";
import { startUploads } from "./public/uploads.js";

startPage();
startSuggestions();
startRedraw();
startDraft();
startUploads();
