/* 坐席台 · 采纳 with undo, and 转工单. Shown at once; a refusal restores the card and says why. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const box = document.getElementById('q');
  const reg = document.getElementById('reg');
  const card = document.getElementById('card');
  const order = document.getElementById('order');
  const log = document.getElementById('log');
  const UNDO_SECONDS = 10;
  let busy = false;
  let settled = false;
  let afterwards = null; // what was asked for while an outcome was being stored
  let undoUrl = '';
  let counting = 0;
  let bar = null;

  const hint = desk.copy.hint;
  function field(name) { return reg.elements.namedItem(name); }
  // ----- the bar that takes the place of the buttons -----
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
  function showBar(kind, strong, soft) {
    hideBar();
    bar = document.createElement('div');
    bar.className = 'acts acts-' + kind;
    bar.setAttribute('role', kind === 'bad' ? 'alert' : 'status');
    const word = document.createElement('b');
    const rest = document.createElement('span');
    word.textContent = strong;
    rest.className = 'soft';
    rest.textContent = soft;
    if (kind === 'done') { bar.append(mark()); }
    bar.append(word, rest);
    placeBar();
    return bar;
  }
  // In place of the card's buttons; again when the card is drawn anew, and below one still loading.
  function placeBar() {
    if (!bar) { return; }
    const acts = card.querySelector('[data-acts]');
    if (acts) { acts.hidden = true; acts.after(bar); } else { card.append(bar); }
  }
  function hideBar() {
    clearInterval(counting);
    undoUrl = '';
    if (bar) { bar.remove(); bar = null; }
    if (card.querySelector('[data-acts]')) { card.querySelector('[data-acts]').hidden = false; }
  }
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
  function offerEnd() {
    if (!desk.call.isLive()) { return; }
    const end = button('结束本通', 'F9', desk.call.end);
    end.classList.add('btn-primary');
  }
  function offerUndo(url) {
    let left = UNDO_SECONDS;
    undoUrl = url;
    const take = button('撤销（' + left + ' 秒）', 'Ctrl Z', undo);
    take.classList.add('push');
    counting = setInterval(function () {
      left -= 1;
      take.firstChild.textContent = '撤销（' + left + ' 秒）';
      if (left <= 0) { clearInterval(counting); undoUrl = ''; take.remove(); }
    }, 1000);
  }

  // ----- sending -----
  function clearProblems() {
    reg.querySelectorAll('[data-problem]').forEach(function (line) { line.hidden = true; });
    reg.querySelectorAll('.is-bad').forEach(function (input) { input.classList.remove('is-bad'); });
  }
  function showProblems(fields) {
    let first = null;
    Object.keys(fields).forEach(function (name) {
      const line = reg.querySelector('[data-problem="' + name + '"]');
      const named = field(name === 'caller' ? 'requester_phone' : name);
      const input = named instanceof RadioNodeList ? named[0] : named;
      if (line) { line.hidden = false; line.querySelector('span').textContent = fields[name]; }
      if (input && input.classList) { input.classList.add('is-bad'); first = first || input; }
    });
    if (first) { first.focus(); }
  }
  function renew(parts) {
    field('token').value = parts.token;
    desk.call.renew(parts.fragments.call_bar, parts.call);
    log.innerHTML = parts.fragments.log;
    document.querySelector('[data-own-online]').textContent = parts.own.online;
    document.querySelector('[data-own-total]').textContent = parts.own.total;
  }
  // What follows an outcome (F9) waits for it to be stored; where it is refused, it does not follow.
  function whenStored(run) {
    if (busy) { afterwards = run; } else { run(); }
  }
  function goOn() {
    const run = afterwards;
    afterwards = null;
    if (run) { run(); }
  }
  function refused(error) {
    busy = false;
    afterwards = null;
    settled = false;
    showProblems(error.fields || {});
    if (error.kind === 'refused') {
      desk.shown.ask(); // what was published meanwhile may be why
      showBar('bad', '没有保存。', error.message);
      button('知道了', 'Esc', hideBar).classList.add('push');
      setTimeout(function (shown) { if (bar === shown) { hideBar(); } }, 12000, bar);
    } else {
      hideBar();
      hint('还没有保存，内容都在；恢复后再按一次即可，不会重复登记');
    }
  }
  function hasLetter() { return field('files').files.length > 0; }
  function data() {
    const sent = new FormData(reg);
    sent.set('query', box.value);
    if (!hasLetter()) { sent.delete('files'); }
    return sent;
  }
  function done(answer) {
    busy = false;
    settled = true;
    desk.draft.settle();
    renew(answer);
    order.classList.remove('is-open');
  }

  // ----- 采纳 -----
  function adopt() {
    if (busy) { return; }
    if (settled) { hint('这一问已经办结，写下新的问题再采纳'); return; }
    if (!desk.search.isFresh()) { adoptSeen(desk.search.current()); return; }
    const chosen = desk.search.current();
    if (!chosen) { hint('没有选中条目：按 ↓ 看相近的条目，或按 F8 转工单'); return; }
    if (hasLetter()) { hint('在线办结不保存附件；有来信原件的请按 F8 转工单，或去掉附件再采纳'); return; }
    if (!chosen.can_adopt) { hint(chosen.refusal); return; }
    busy = true;
    clearProblems();
    const sent = data();
    const url = card.querySelector('[data-adopt]').formAction;
    showBar('done', '已采纳，本通记为在线办结', '归因：' + chosen.unit + '，第 ' + chosen.version + ' 版');
    desk.post(url, sent).then(function (answer) {
      done(answer);
      bar.querySelector('.soft').textContent = answer.request_no + ' · 归因：' + answer.unit + '，第 ' + answer.version + ' 版';
      offerUndo(answer.undo_url);
      offerEnd();
      goOn();
    }).catch(refused);
  }
  // Enter ahead of the answer to the last key: it counts for the card that was seen, for no other.
  function adoptSeen(seen) {
    hint('正在查刚写的话……');
    desk.search.whenFresh(function () {
      if (order.classList.contains('is-open')) { hint('已改转工单，没有采纳'); return; }
      if (desk.search.isSame(seen, desk.search.current())) { adopt(); return; }
      hint('答案变了，看过再按一次 Enter');
    });
  }
  function undo() {
    if (busy || !undoUrl) { return; }
    const url = undoUrl;
    busy = true;
    desk.post(url, {}).then(function (answer) {
      busy = false;
      afterwards = null;
      settled = false;
      desk.draft.resume();
      renew(answer);
      hideBar();
      hint(answer.message);
      desk.draft.changed();
      box.focus();
    }).catch(function (error) {
      busy = false;
      afterwards = null;
      const soft = bar && bar.querySelector('.soft');
      if (soft) { soft.textContent = error.message || '没有撤销成功，请再试一次'; }
    });
  }

  // ----- 转工单: the first press opens the panel, the second sends -----
  function raise() {
    if (busy || settled) { return; }
    if (!order.classList.contains('is-open')) {
      order.classList.add('is-open');
      if (!field('title').value.trim()) { field('title').value = box.value.trim().slice(0, 200); }
      order.scrollIntoView({ block: 'nearest' });
      (field('title').value ? field('content') : field('title')).focus();
      desk.writing.look();
      hint('核对右侧登记，再按一次 F8 转出');
      return;
    }
    sendOrder();
  }
  function sendOrder() {
    if (busy || settled) { return; }
    clearProblems();
    if (desk.writing.purposeUnsaid()) { showProblems(desk.writing.purposeUnsaid()); return; }
    busy = true;
    const url = order.querySelector('[data-raise]').formAction;
    showBar('done', '正在转工单……', '');
    desk.post(url, data()).then(function (answer) {
      done(answer);
      if (answer.merged_into) { showBar('done', '已并入工单 ' + answer.merged_into, '诉求 ' + answer.request_no + '，工单 ' + answer.order_no); }
      else { showBar('done', '已转工单 ' + answer.order_no, '诉求 ' + answer.request_no + '，等待派单'); }
      offerEnd();
      box.focus();
      goOn();
    }).catch(refused);
  }

  // ----- the next question begins as soon as other words are typed -----
  function fresh() {
    if (!settled) { return; }
    settled = false;
    hideBar();
    desk.draft.resume();
    ['title', 'content', 'place', 'category', 'files'].forEach(function (name) { field(name).value = ''; });
    field('title').dataset.auto = '1';
    field('category').dataset.auto = '1';
    desk.writing.clear();
    order.classList.remove('is-open');
  }

  reg.addEventListener('submit', function (event) {
    event.preventDefault();
    const by = event.submitter;
    if (!by) { return; }
    if (by.matches('[data-adopt]')) { adopt(); }
    else if (by.matches('[data-undo-line]')) { undoUrl = by.formAction; undo(); }
    else if (order.contains(by)) { sendOrder(); }
    else if (by.matches('[data-raise]')) { raise(); }
  });
  box.addEventListener('input', fresh);

  desk.outcome = {
    adopt: adopt, undo: undo, raise: raise, hideBar: hideBar, placeBar: placeBar,
    isRefused: function () { return bar !== null && bar.classList.contains('acts-bad'); },
    canUndo: function () { return Boolean(undoUrl); },
    whenStored: whenStored, isSettled: function () { return settled; }
  };
}());
