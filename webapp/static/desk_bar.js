/* 坐席台 · the bar that takes the place of the card's buttons: what was done, what was refused. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const card = document.getElementById('card');
  let bar = null;

  function mark() {
    const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    drawn.setAttribute('class', 'i');
    drawn.setAttribute('viewBox', '0 0 24 24');
    drawn.setAttribute('aria-hidden', 'true');
    stroke.setAttribute('d', 'm5 12.5 4.5 4.5L19 7.5');
    drawn.append(stroke);
    return drawn;
  }
  function show(kind, strong, soft) {
    hide();
    bar = document.createElement('div');
    bar.className = 'acts acts-' + kind;
    bar.setAttribute('role', kind === 'bad' ? 'alert' : 'status');
    const word = document.createElement('b');
    const rest = document.createElement('span');
    const hint = document.createElement('span');
    word.textContent = strong;
    rest.className = 'soft';
    rest.textContent = soft;
    hint.className = 'hint';
    hint.setAttribute('data-acts-hint', '');
    if (kind === 'done') { bar.append(mark()); }
    bar.append(word, rest, hint);
    place();
    return bar;
  }
  // In place of the card's buttons; again when the card is drawn anew, and below one still loading.
  function place() {
    if (!bar) { return; }
    const acts = card.querySelector('[data-acts]');
    if (acts) { acts.hidden = true; acts.after(bar); } else { card.append(bar); }
  }
  function hide() {
    if (bar) { bar.remove(); bar = null; }
    if (card.querySelector('[data-acts]')) { card.querySelector('[data-acts]').hidden = false; }
  }
  function soften(sentence) { if (bar) { bar.querySelector('.soft').textContent = sentence; } }
  function button(text, key, run) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn';
    const label = document.createElement('span');
    label.textContent = text;
    const cap = document.createElement('kbd');
    cap.className = 'kbd';
    cap.textContent = key;
    made.append(label, ' ', cap);
    made.addEventListener('click', run);
    bar.append(made);
    return made;
  }
  desk.bar = {
    show: show, place: place, hide: hide, soften: soften, button: button,
    shown: function () { return bar; }
  };
}());
