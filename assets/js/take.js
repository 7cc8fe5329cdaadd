// Buttons that hand the reader a file, a picture of a chart, or the page's address.
// Everything happens in the browser; nothing is sent anywhere.

const SVG = "http://www.w3.org/2000/svg";

function save(blob, name) {
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
}

// A plotly chart is a stack of <svg> layers; put them into one, on the page's ground.
function chartAsSvg(chart) {
  const plot = document.querySelector(`.st-key-${chart} .js-plotly-plot`);
  if (!plot) throw new Error("the chart is not on the page");
  const { width, height } = plot.getBoundingClientRect();
  const whole = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
    whole.setAttribute(name, value);
  }
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  whole.append(ground);
  for (const layer of plot.querySelectorAll("svg.main-svg")) whole.append(layer.cloneNode(true));
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

function saveSvg(chart, name) {
  save(new Blob([chartAsSvg(chart).text], { type: "image/svg+xml" }), `${name}.svg`);
}

async function savePng(chart, name) {
  const { text, width, height } = chartAsSvg(chart);
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  const scale = 2; // sharp on a projector
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
}

async function copyLink() {
  await navigator.clipboard.writeText(window.location.href);
}

export default function ({ data, parentElement }) {
  const row = parentElement.querySelector("#row");
  const said = parentElement.querySelector("#said");
  row.replaceChildren();
  said.textContent = "";

  const add = (label, done, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.onclick = async () => {
      try {
        await act();
        said.textContent = done;
      } catch (error) {
        said.textContent = `That did not work: ${error.message}`;
      }
    };
    row.append(button);
  };

  if (data.link) add("Copy link", "The link is in your clipboard.", copyLink);
  if (data.chart) {
    add("SVG", "The picture is saved.", () => saveSvg(data.chart, data.name));
    add("PNG", "The picture is saved.", () => savePng(data.chart, data.name));
  }
  for (const file of data.files) {
    add(file.label, `${file.name} is saved.`, () => save(new Blob([file.text], { type: file.media_type }), file.name));
  }
}
