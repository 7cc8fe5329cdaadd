// What bertviz's scripts find instead of require.js and a network: the two libraries that are already there,
// and the numbers in the form in which they were sent.

window.require = { config() {} };
window.requirejs = (_names, run) => run(window.jQuery, window.d3);

// {packed, shape, scale}: whole numbers of 8 bits, signed; nested arrays of floats come out.
// {block, rows, columns}: a part of what stands under another name, sent once.
window.unpack = (params) => {
  const nested = (bytes, shape, scale) => {
    let level = Array.from(bytes, (number) => number * scale);
    for (const size of shape.slice(1).reverse()) {
      const rows = [];
      for (let start = 0; start < level.length; start += size) rows.push(level.slice(start, start + size));
      level = rows;
    }
    return level;
  };
  const whole = ({ packed, shape, scale, signed }) => {
    const bytes = Uint8Array.from(atob(packed), (sign) => sign.charCodeAt(0));
    return nested(signed ? new Int8Array(bytes.buffer) : bytes, shape, scale);
  };
  const parts = Object.values(params.attention);
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) if (value?.packed) part[name] = whole(value);
  }
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      if (!value?.rows) continue;
      const cut = (matrix) =>
        matrix.slice(...value.rows).map((row) => (value.columns ? row.slice(...value.columns) : row));
      part[name] = parts[0][name].map((layer) => layer.map(cut));
    }
  }
  return params;
};

// Names for those who cannot see the drop-down lists, and numbers that count from 1, as on the page.
window.nameControls = (layer) => {
  const names = { layer: "Layer", att_head: "Head", filter: "Which tokens look at which" };
  for (const [id, name] of Object.entries(names)) document.getElementById(id)?.setAttribute("aria-label", name);
  const heads = document.getElementById("att_head");
  if (!heads) return;
  for (const option of heads.options) option.textContent = 1 + Number(option.value);
  for (const option of document.getElementById("layer").options) option.textContent = layer;
};
