/* 坐席台 · 纠错: Alt+J, the words, Alt and a digit for what is wrong, Enter. It begins where one writes,
   so that an input method has the first key too. The call and what is typed stay as they are. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const reg = document.getElementById('reg');
  const card = document.getElementById('card');
  const dialog = document.getElementById('flag-dialog');
  const form = dialog.querySelector('[data-correct-form]');
  const said = form.elements.namedItem('said');
  const problem = dialog.querySelector('[data-flag-problem]');
  const LONGEST_QUOTE = 300;
  let about = null;   // the card the dialog was opened for
  let busy = false;

  function put(selector, text) { dialog.querySelector(selector).textContent = text; }
  function kinds() { return Array.prototype.slice.call(form.querySelectorAll('[name="kind"]')); }
  function tell(sentence) {
    problem.hidden = !sentence;
    problem.querySelector('span').textContent = sentence;
  }
  // Words the agent has marked in the clause are meant; otherwise the sentences that answer.
  function quoteOf(chosen) {
    const marked = String(window.getSelection() || '').trim();
    const clause = card.querySelector('.clause p');
    if (marked && clause && clause.textContent.indexOf(marked) >= 0) { return marked.slice(0, LONGEST_QUOTE); }
    return (chosen.clause.answer || chosen.clause.text).slice(0, LONGEST_QUOTE);
  }
  function open() {
    const chosen = desk.search.current();
    if (!chosen) { return; }
    const flags = card.querySelector('[data-flags]');
    if (!about || about.item_id !== chosen.item_id) { said.value = ''; kinds()[0].checked = true; }
    about = { item_id: chosen.item_id, version: chosen.version, passage: chosen.clause.ordinal, quote: quoteOf(chosen) };
    put('[data-flag-title]', chosen.title);
    put('[data-flag-quote]', about.quote || chosen.title);
    dialog.querySelector('[data-flag-others]').innerHTML = flags ? flags.innerHTML : '';
    tell('');
    desk.call.show('flag-dialog');
    said.focus();
  }
  function send() {
    if (busy || !about) { return; }
    busy = true;
    const data = new FormData(form);
    data.set('item', about.item_id);
    data.set('version', about.version);
    data.set('passage', about.passage);
    data.set('quote', about.quote);
    data.set('call_id', reg.elements.namedItem('call_id').value);
    desk.post(form.action, data).then(done, refused);
  }
  function done(answer) {
    const chosen = desk.search.current();
    busy = false;
    if (chosen && chosen.item_id === about.item_id) { desk.search.patch('[data-flags]', answer.flags); }
    about = null;
    dialog.close();
    const hint = card.querySelector('[data-acts-hint]');
    if (hint) { hint.textContent = answer.message; }
  }
  function refused(error) {
    busy = false;
    tell((error.fields && error.fields.said) || error.message || '还没有报出去，内容都在；恢复后再按一次 Enter');
  }
  form.addEventListener('submit', function (event) { event.preventDefault(); send(); });
  dialog.addEventListener('keydown', function (event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey) { return; }
    const isWriting = event.target === said;
    const wanted = (event.altKey || !isWriting) && kinds()[Number(event.key) - 1];
    if (wanted) {
      event.preventDefault();
      wanted.checked = true;
      said.focus();
    } else if (isWriting && event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });
  dialog.addEventListener('close', function () { box.focus(); });
  card.addEventListener('click', function (event) {
    if (!event.target.closest('[data-correct]') || event.ctrlKey || event.metaKey) { return; }
    event.preventDefault();
    open();
  });
  desk.correct = { open: open };
}());
