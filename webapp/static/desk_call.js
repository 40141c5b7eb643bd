/* 坐席台 · the call bar: timer, number for a reason, start and end; and the dialogs. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const holder = document.getElementById('call-bar');
  const reg = document.getElementById('reg');
  const ASKING_MS = 4000;
  const LONGEST_NAME = 12;
  const SHOWN_NAMES = ['channel', 'line', 'is_confidential'];
  let began = 0;
  let asking = 0;
  let asked = '';        // the matter that was asked about
  let isLeaving = false;

  function call() { return holder.querySelector('[data-call]'); }
  function startClock() {
    const bar = call();
    began = bar ? Date.now() - Number(bar.dataset.elapsed) * 1000 : 0;
    tick();
  }
  function two(number) { return (number < 10 ? '0' : '') + number; }
  function tick() {
    const timer = holder.querySelector('[data-timer]');
    if (!timer) { return; }
    const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
    const hours = Math.floor(seconds / 3600);
    timer.textContent = (hours ? hours + ':' : '') + two(Math.floor(seconds / 60) % 60) + ':' + two(seconds % 60);
  }
  // Callers on hold: how long they have waited, counted on from what the server said.
  let heldSince = Date.now();
  function tickHeld() {
    holder.querySelectorAll('[data-held]').forEach(function (waits) {
      const seconds = Number(waits.dataset.held) + Math.floor((Date.now() - heldSince) / 1000);
      waits.textContent = two(Math.floor(seconds / 60)) + ':' + two(seconds % 60);
      waits.classList.toggle('t-warn', seconds >= 120);
    });
  }
  setInterval(tick, 1000);
  setInterval(tickHeld, 1000);

  // A renewed bar keeps what was chosen in the old one. Another call's bar never comes in here: what
  // is in the form is of this one.
  function renew(html, info) {
    const shown = reg.elements.namedItem('call_id');
    if (shown.value && (!info || String(info.id) !== shown.value)) { return; }
    const before = desk.draft.values();
    holder.innerHTML = html;
    const kept = {};
    SHOWN_NAMES.forEach(function (name) { if (before[name]) { kept[name] = before[name]; } });
    desk.draft.fill(kept);
    shown.value = info ? info.id : '';
    heldSince = Date.now();
    startClock();
  }

  holder.addEventListener('submit', function (event) {
    if (event.target.matches('[data-show-phone]')) { event.preventDefault(); showPhone(event.target); }
    if (!event.target.matches('[data-start], [data-end], [data-hold], [data-take-back]')) { return; }
    event.preventDefault();
    if (event.target.matches('[data-end]') && !isSure(event.target)) { return; }
    leave(event.target);
  });
  function showPhone(form) {
    const problem = form.querySelector('[data-phone-problem]');
    desk.post(form.action, new FormData(form)).then(function (answer) {
      const number = holder.querySelector('[data-phone]');
      form.closest('details').open = false;
      problem.hidden = true;
      number.textContent = answer.phone;
      setTimeout(function () { number.textContent = number.dataset.masked; }, answer.seconds * 1000);
    }, function (error) {
      problem.hidden = false;
      problem.textContent = error.message || '没有取到号码，请再试一次';
    });
  }
  // The page is left only when the server has what was typed: for the call that begins, for the one
  // that waits, for the one that ends.
  function leave(form) {
    if (isLeaving) { desk.copy.hint('正在保存，请稍候'); return; }
    isLeaving = true;
    const sent = new FormData(form);
    const hasHome = call() || form.matches('[data-start]');
    const own = desk.draft.key();
    const version = desk.draft.version();
    if (hasHome && !desk.next.isSettled()) {
      const values = desk.draft.values();
      Object.keys(values).forEach(function (name) { sent.set(name, values[name]); });
      sent.set('token', reg.elements.namedItem('token').value);
    }
    desk.post(form.action, sent).then(function (answer) {
      // What was typed meanwhile is newer than what the server has; in a call that began, it is its.
      if (hasHome && version === desk.draft.version()) { desk.draft.forget(); }
      else if (hasHome && answer.call_id) { window.yingda.forget(own); desk.draft.keep(desk.draft.keyOf(answer.call_id)); }
      location.assign(answer.next);
    }, function (error) {
      isLeaving = false;
      if (error.code === 'already_done') { desk.outcome.catchUp(error); return; }
      desk.copy.hint(error.message || '服务器暂时连不上，还在这一通；内容都在，恢复后再按一次');
    });
  }
  function goTo() {
    desk.draft.forget();
    location.assign(desk.root.dataset.home);
  }
  // What the agent knows the matter by: its number once it has one, else its first words.
  function matter() {
    const now = desk.draft.values();
    if (now.continues) { return '诉求 ' + now.continues + ' '; }
    const words = (now.title || now.query || now.content || now.place).trim();
    return '“' + (words.length > LONGEST_NAME ? words.slice(0, LONGEST_NAME) + '…' : words) + '”';
  }
  // What is typed and led to nothing is asked about once; another matter is asked about anew.
  function isSure(form) {
    const button = form.querySelector('button');
    if (desk.next.isSettled() || !desk.draft.hasWords()) { return true; }
    if (asked === matter() && Date.now() - asking <= ASKING_MS) { return true; }
    asking = Date.now();
    asked = matter();
    button.classList.add('is-asking');
    button.querySelector('[data-end-text]').textContent = asked + '还没有采纳或转办，再按一次结束';
    setTimeout(function () {
      button.classList.remove('is-asking');
      button.querySelector('[data-end-text]').textContent = '结束本通';
    }, ASKING_MS);
    return false;
  }
  function hold() {
    const form = holder.querySelector('[data-hold]') || holder.querySelector('[data-take-back]');
    if (form) { form.requestSubmit(); } else { desk.copy.hint('现在没有来电，也没有保持的来电'); }
  }
  function end() {
    desk.outcome.whenStored(function () {
      const form = holder.querySelector('[data-end]');
      if (form) { form.querySelector('button').click(); }
    });
  }

  document.addEventListener('click', function (event) {
    const opener = event.target.closest('[data-open]');
    const closer = event.target.closest('[data-close]');
    if (opener && !event.ctrlKey) {
      event.preventDefault();
      show(opener.dataset.open);
    }
    if (closer) { closer.closest('dialog').close(); }
  });
  function show(id) {
    const dialog = document.getElementById(id);
    if (!dialog.open) { dialog.showModal(); }
  }
  startClock();
  desk.call = { renew: renew, end: end, hold: hold, show: show, goTo: goTo, isLive: function () { return Boolean(call()); } };
}());
