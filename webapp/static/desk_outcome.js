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
  const LATE = '10 分钟内可在“本通登记”里点撤销或撤单，再晚请联系派单员撤单、督办更正';
  let busy = false;
  let afterwards = null; // what was asked for while an outcome was being stored
  let isLate = false;    // the time to take the last one back by a key has run out
  let undoing = null;    // what Ctrl+Z takes back, an adoption or an order: where to, and its request
  let counting = 0;

  const hint = desk.copy.keep; // a card that is drawn anew must not wipe out why something was refused
  const next = desk.next;
  function field(name) { return reg.elements.namedItem(name); }
  function hideBar() {
    clearInterval(counting);
    undoing = null;
    hint('');
    desk.bar.hide();
  }
  function showBar(kind, strong, soft) {
    hideBar();
    desk.bar.show(kind, strong, soft);
  }
  function offerEnd() {
    if (!desk.call.isLive()) { return; }
    desk.bar.button('结束本通', 'F9', desk.call.end).classList.add('btn-primary');
  }
  function offerUndo(answer) {
    let left = UNDO_SECONDS;
    undoing = { url: answer.undo_url, request: answer.request_no };
    isLate = false;
    const take = desk.bar.button('撤销（' + left + ' 秒）', 'Ctrl Z', takeBack);
    take.classList.add('push');
    counting = setInterval(function () {
      left -= 1;
      take.firstChild.textContent = '撤销（' + left + ' 秒）';
      if (left <= 0) { clearInterval(counting); undoing = null; isLate = true; take.remove(); }
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
    isLate = false; // it was said of the outcome before
    field('token').value = parts.token;
    if (parts.fragments.call_bar) { desk.call.renew(parts.fragments.call_bar, parts.call); }
    log.innerHTML = parts.fragments.log;
    document.querySelector('[data-own-online]').textContent = parts.own.online;
    document.querySelector('[data-own-total]').textContent = parts.own.total;
  }
  // What follows an outcome (F9) waits for it to be stored; where it is refused, it does not follow.
  function whenStored(run) {
    if (!busy) { run(); return; }
    afterwards = run;
    hint('正在保存，存好就接着做');
  }
  function goOn() {
    const run = afterwards;
    afterwards = null;
    if (run) { run(); }
  }
  function refused(error) {
    busy = false;
    afterwards = null;
    showProblems(error.fields || {});
    if (error.code === 'already_done') { catchUp(error); return; }
    if (error.kind === 'refused') {
      desk.shown.ask(); // what was published meanwhile may be why
      showRefusal(error.message);
    } else {
      hideBar();
      hint('还没有保存，内容都在；恢复后再按一次即可，不会重复登记');
    }
  }
  function showRefusal(sentence) {
    showBar('bad', '没有保存。', sentence);
    desk.bar.button('知道了', 'Esc', hideBar).classList.add('push');
    setTimeout(function (shown) { if (desk.bar.shown() === shown) { hideBar(); } }, 12000, desk.bar.shown());
  }
  // Done before, and the answer was lost on the way: the page goes on from where the server is.
  function catchUp(error) {
    renew(error.body);
    desk.draft.changed();
    showRefusal(error.message);
  }
  function hasLetter() { return field('files').files.length > 0; }
  function send(url, then) {
    const sent = new FormData(reg);
    const before = desk.draft.values();
    sent.set('query', box.value);
    if (!hasLetter()) { sent.delete('files'); }
    busy = true;
    desk.post(url, sent).then(function (answer) {
      busy = false;
      order.classList.remove('is-open');
      next.settle(before, function () { renew(answer); });
      if (next.isSettled()) { then(answer); } else { hideBar(); hint(answer.message + '；下面是新的一问'); }
      goOn();
    }).catch(refused);
  }

  // ----- 采纳 -----
  function adopt() {
    if (busy) { hint('正在保存，请稍候'); return; }
    if (next.isSettled()) { hint('这一问已经办结，接着写字就是新的一问'); return; }
    if (!desk.search.isFresh()) { adoptSeen(desk.search.current()); return; }
    const chosen = desk.search.current();
    if (!chosen) { hint('没有选中条目：按 ↓ 看相近的条目，或按 F8 转工单'); return; }
    if (hasLetter()) { hint('在线办结不保存附件；有来信原件的请按 F8 转工单，或去掉附件再采纳'); return; }
    if (!chosen.can_adopt) { hint(chosen.refusal); return; }
    clearProblems();
    const url = card.querySelector('[data-adopt]').formAction;
    showBar('done', '已采纳，本通记为在线办结', '正在保存……归因：' + chosen.unit + '，第 ' + chosen.version + ' 版');
    send(url, function (answer) {
      desk.bar.soften(answer.request_no + ' · 归因：' + answer.unit + '，第 ' + answer.version + ' 版');
      offerUndo(answer);
      offerEnd();
    });
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
  // What was just adopted or handed over comes back to be gone on with.
  function takeBack() {
    if (isLate && !undoing) { showBar('done', 'Ctrl+Z 的时间过了', LATE); offerEnd(); return; }
    const taken = undoing;
    const kept = next.asSettled();
    if (!busy && taken && kept) { undo(taken.url, function () { next.bringBack(taken.request, kept); }); }
  }
  function undo(url, then) {
    if (busy) { return; }
    busy = true;
    desk.post(url, {}).then(function (answer) {
      busy = false;
      afterwards = null;
      then();
      renew(answer);
      hideBar();
      hint(answer.message);
      if (!next.isSettled()) { desk.draft.changed(); }
      box.focus();
    }).catch(function (error) {
      busy = false;
      afterwards = null;
      hint(error.message || '没有撤销成功，请再试一次');
    });
  }
  // An adoption or order further up in the log comes back to the desk where no other matter is written.
  function undoLine(button) {
    const isLast = undoing && new URL(undoing.url, location.href).href === button.formAction;
    if (isLast && next.isSettled()) { takeBack(); return; }
    const isFree = next.isSettled() || !desk.draft.hasWords();
    undo(button.formAction, function () { if (isFree) { desk.call.goTo(); } });
  }
  function resumeLine(button) {
    // What is being written is safe with its own call first.
    desk.draft.flush().then(function (isSaved) {
      if (!isSaved) { hint('正在写的内容还没存到服务器，先办完再接着办那一件'); return; }
      desk.post(button.formAction, {}).then(desk.call.goTo, function (error) {
        hint(error.message || '服务器暂时连不上，恢复后再按一次');
      });
    });
  }

  // ----- 转工单: the first press opens the panel, the second sends -----
  function raise() {
    if (busy) { hint('正在保存，请稍候'); return; }
    if (next.isSettled()) { hint('这一问已经办结，接着写字就是新的一问'); return; }
    if (!order.classList.contains('is-open')) {
      order.classList.add('is-open');
      if (!field('title').value.trim()) { field('title').value = box.value.trim().slice(0, 200); }
      order.scrollIntoView({ block: 'nearest' });
      (field('title').value ? field('content') : field('title')).focus();
      desk.writing.look();
      hint('核对诉求登记，再按一次 F8 转出');
      return;
    }
    sendOrder();
  }
  function sendOrder() {
    if (busy || next.isSettled()) { return; }
    clearProblems();
    if (desk.writing.purposeUnsaid()) { showProblems(desk.writing.purposeUnsaid()); return; }
    const url = order.querySelector('[data-raise]').formAction;
    showBar('done', '正在转工单……', '');
    send(url, function (answer) {
      if (answer.merged_into) { showBar('done', '已并入工单 ' + answer.merged_into, '诉求 ' + answer.request_no + '，工单 ' + answer.order_no); }
      else { showBar('done', '已转工单 ' + answer.order_no, '诉求 ' + answer.request_no + '，等待派单'); }
      if (answer.undo_url) { offerUndo(answer); }
      offerEnd();
      box.focus();
    });
  }

  reg.addEventListener('submit', function (event) {
    event.preventDefault();
    const by = event.submitter;
    if (!by) { return; }
    if (by.matches('[data-adopt]')) { adopt(); }
    else if (by.matches('[data-undo-line]')) { undoLine(by); }
    else if (by.matches('[data-resume-line]')) { resumeLine(by); }
    else if (order.contains(by)) { sendOrder(); }
    else if (by.matches('[data-raise]')) { raise(); }
  });
  next.onBegin(function () { hideBar(); order.classList.remove('is-open'); });

  desk.outcome = {
    adopt: adopt, undo: takeBack, raise: raise, hideBar: hideBar,
    isRefused: function () { return Boolean(desk.bar.shown()) && desk.bar.shown().classList.contains('acts-bad'); },
    canUndo: function () { return Boolean(undoing) || (isLate && next.isSettled()); },
    whenStored: whenStored, catchUp: catchUp
  };
}());
