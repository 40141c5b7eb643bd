/* 坐席台 · taking words along: 口播 (Alt C) and the 短信 of an answer (Alt M). */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const card = document.getElementById('card');

  const TOLD_MS = 8000;
  let told = 0;
  function hint(sentence) {
    // While a bar stands in place of the buttons, the line is its own.
    const line = card.querySelector('.acts:not([hidden]) [data-acts-hint]');
    if (!line) { return; }
    line.textContent = sentence;
    // On a phone what is said stands over the page, but not for ever.
    const bar = line.closest('.acts');
    bar.classList.toggle('is-told', Boolean(sentence));
    clearTimeout(told);
    told = setTimeout(function () { bar.classList.remove('is-told'); }, TOLD_MS);
  }
  // Some of what is said concerns more than the card: it stays when another is drawn, until the next
  // words are written.
  let kept = '';
  function keep(sentence) {
    kept = sentence;
    hint(sentence);
  }
  desk.search.onChoice(function () { if (kept) { hint(kept); } });
  document.getElementById('q').addEventListener('input', function () { kept = ''; });
  function take(words, told) {
    if (!words) { return; }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(words).then(told, function () { takeOld(words); told(); });
    } else { takeOld(words); told(); }
  }
  // Over plain HTTP in an office network there is no clipboard for scripts.
  function takeOld(words) {
    const area = document.createElement('textarea');
    const before = document.activeElement;
    area.value = words;
    area.className = 'sr';
    document.body.appendChild(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    if (before) { before.focus(); }
  }
  function script() {
    const said = card.querySelector('[data-script]');
    const phone = card.querySelector('.phone');
    const words = (said && said.textContent.trim()) || (phone ? phone.textContent.trim() : '');
    take(words, function () { hint('口播已复制'); });
  }
  function message() {
    const button = card.querySelector('[data-message]');
    if (!button) { if (desk.search.current()) { hint('这一条不能发给来电人'); } return; }
    const words = button.dataset.message;
    const parts = button.dataset.parts > 1 ? '，按 ' + button.dataset.parts + ' 条短信计' : '';
    take(words, function () { hint('短信文字已复制，' + words.length + ' 字' + parts); });
  }
  card.addEventListener('click', function (event) {
    if (event.target.closest('[data-copy]')) { script(); }
    if (event.target.closest('[data-message]')) { message(); }
  });
  desk.copy = { script: script, message: message, hint: hint, keep: keep };
}());
