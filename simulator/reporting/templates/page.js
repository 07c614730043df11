(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  for (const button of all("[data-theme-toggle]")) {
    button.addEventListener("click", () => {
      const dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    });
  }

  const hide = () => {
    for (const box of all("[data-only-failed]")) {
      for (const item of all(box.dataset.onlyFailed)) {
        item.classList.toggle("unfailed", box.checked && item.dataset.failed === "no");
      }
    }
    for (const field of all("[data-find]")) {
      const words = field.value.toLowerCase().split(/\s+/);
      for (const item of all(field.dataset.find)) {
        const text = item.textContent.toLowerCase();
        item.classList.toggle("unfound", !words.every((word) => text.includes(word)));
      }
    }
  };
  for (const control of all("[data-only-failed], [data-find]")) control.addEventListener("input", hide);
  hide();

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  for (const group of all("[data-zoom]")) {
    const chart = group.closest("section").querySelector("[data-drive]");
    for (const button of all("button", group)) {
      button.addEventListener("click", () => {
        const middle = (chart.scrollLeft + chart.clientWidth / 2) / chart.scrollWidth;
        chart.style.setProperty("--zoom", button.dataset.factor);
        chart.scrollLeft = middle * chart.scrollWidth - chart.clientWidth / 2;
        for (const each of all("button", group)) each.setAttribute("aria-pressed", each === button);
      });
    }
  }

  const clock = (seconds) =>
    seconds < 100
      ? `${seconds.toFixed(1)} s`
      : `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  const valueAt = (lane, share) => {
    const states = all(".state", lane);
    if (states.length) {
      const state = states.findLast((each) => parseFloat(each.style.left) <= share * 100) ?? states[0];
      return state.title;
    }
    const points = lane.querySelector("polyline").points;
    const x = share * 1000;
    let low = 0;
    let high = points.numberOfItems - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (points.getItem(middle).x <= x) low = middle;
      else high = middle;
    }
    const a = points.getItem(low);
    const b = points.getItem(high);
    const part = b.x > a.x ? Math.min(Math.max((x - a.x) / (b.x - a.x), 0), 1) : 1;
    const y = a.y + (b.y - a.y) * part;
    const { low: bottom, high: top } = lane.dataset;
    const value = +bottom + ((94 - y) / 88) * (top - bottom);
    return String(Math.round(value * 10) / 10);
  };

  for (const chart of all("[data-drive]")) {
    const inner = chart.firstElementChild;
    const cursor = chart.querySelector("[data-cursor]");
    const readouts = all("[data-lane]", chart).map((lane) => {
      const readout = lane.querySelector("[data-readout]");
      return { lane, readout, usual: readout.textContent };
    });
    chart.addEventListener("pointermove", (event) => {
      const box = inner.getBoundingClientRect();
      const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
      cursor.hidden = false;
      cursor.style.left = `${share * 100}%`;
      cursor.dataset.at = clock(share * Math.max(chart.dataset.seconds, 1));
      for (const { lane, readout } of readouts) {
        if (lane.offsetParent) readout.textContent = valueAt(lane, share);
      }
    });
    chart.addEventListener("pointerleave", () => {
      cursor.hidden = true;
      for (const { readout, usual } of readouts) readout.textContent = usual;
    });
  }

  for (const audio of all("audio[data-follows]")) {
    const wave = document.querySelector(`#${audio.dataset.follows} [data-wave]`);
    if (!wave) continue;
    const line = document.createElement("i");
    line.className = "playhead";
    wave.parentElement.append(line);
    audio.addEventListener("timeupdate", () => {
      const share = audio.currentTime / (audio.duration || 1);
      const left = parseFloat(wave.style.left);
      line.style.left = `${left + share * parseFloat(wave.style.width)}%`;
      line.style.opacity = audio.paused ? 0 : 1;
    });
  }
})();
