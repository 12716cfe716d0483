"use strict";
(() => {
  // Charts: each figure's data stands right after its box.
  for (const data of document.querySelectorAll("script[data-figure]")) {
    const box = document.getElementById(data.dataset.figure);
    try {
      const figure = JSON.parse(data.textContent);
      const fits = !(figure.layout && figure.layout.width);
      if (figure.layout && figure.layout.height) box.style.minHeight = figure.layout.height + "px";
      const config = Object.assign({ displaylogo: false }, figure.config, { responsive: fits });
      Plotly.newPlot(box, { data: figure.data || [], layout: figure.layout || {}, frames: figure.frames || [], config });
    } catch (error) {
      box.textContent = "This chart could not be drawn: " + error.message;
      console.error(error);
    }
  }
  // The contents take little room on a small screen.
  const contents = document.querySelector("nav details");
  if (contents && matchMedia("(max-width: 60rem)").matches) contents.open = false;
  // On paper everything is open, and charts take the width of the sheet.
  addEventListener("beforeprint", () => {
    document.querySelectorAll("main details").forEach(details => { details.open = true; });
    document.querySelectorAll(".figure.js-plotly-plot").forEach(box => Plotly.Plots.resize(box));
  });
})();
