// What the pages for applicants need: htmx, without styles or scripts of its own making.
import htmx from "htmx.org";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
