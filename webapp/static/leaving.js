/* 应答 · log-out on a machine that others use: nothing that a person told stays behind in the
   browser. What the server has not got yet is sent first; what it never gets is asked about. */
(function () {
  'use strict';
  const yingda = window.yingda;
  // Only this person's: a colleague whose log-in ran out comes back to their own.
  const DRAFT = new RegExp('^(desk|yd)-draft:' + document.body.getAttribute('data-user') + ':');
  const SAID = ['title', 'requester_name', 'requester_phone', 'place', 'content'];
  const LEFT = 'yd-left';
  const LONGEST_MS = 12 * 3600 * 1000;
  const PATIENCE_MS = 3000;

  function drafts() {
    try { return Object.keys(localStorage).filter(function (name) { return DRAFT.test(name); }); } catch (err) { return []; }
  }
  function ofDesk(name) {
    try { return JSON.parse(yingda.recall(name)) || {}; } catch (err) { return {}; }
  }
  // A question alone in the box of the desk is nobody's work.
  function isUnsent(name) {
    if (!/^desk-/.test(name)) { return yingda.recall(name).trim() !== ''; }
    const values = ofDesk(name).values || {};
    return SAID.some(function (field) { return String(values[field] || '').trim() !== ''; });
  }

  // Kept by releases that did not yet tell people apart: nobody is offered it any more.
  try {
    Object.keys(localStorage).forEach(function (name) { if (/^yd-draft:[^:]*:[^:]*$/.test(name)) { yingda.forget(name); } });
  } catch (err) { /* private mode: nothing was kept */ }
  // A call that was never brought to an end is not offered after a shift, so it need not stay.
  drafts().forEach(function (name) {
    if (/^desk-/.test(name) && !(Date.now() - ofDesk(name).at < LONGEST_MS)) { yingda.forget(name); }
  });

  function sent() {
    const draft = window.desk && window.desk.draft;
    const late = new Promise(function (done) { setTimeout(done, PATIENCE_MS); });
    return draft ? Promise.race([draft.flush(), late]) : Promise.resolve();
  }
  function clear() {
    drafts().forEach(yingda.forget);
    yingda.remember(LEFT, String(Date.now()));
  }
  // Cleared once the server has logged out, not before: it may ask, and one may go back to a call.
  // What it asks or refuses is shown as a page, by sending the form in the plain way.
  function leave(form) {
    const sent = { method: 'POST', body: new URLSearchParams(new FormData(form)), headers: { Accept: 'application/json' } };
    fetch(form.action, sent).then(function (answer) {
      if (answer.status === 401) { clear(); }
      return answer.json();
    }).then(function (body) {
      if (!body.next) { form.submit(); return; }
      clear();
      location.assign(body.next);
    }, function () { form.submit(); });
  }
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (!form.hasAttribute('data-leaving')) { return; }
    event.preventDefault();
    sent().then(function () {
      const left = drafts().filter(isUnsent).length;
      if (!left) { leave(form); return; }
      yingda.ask('这台电脑上还有 ' + left + ' 处没有提交的内容，服务器上没有。退出会把它们从这台电脑上清除，找不回来；要留着，请先取消，提交以后再退出。确定退出吗？',
        function () { leave(form); });
    });
  });
  // What other windows of this person still show goes, too.
  window.addEventListener('storage', function (event) {
    if (event.key === LEFT) { location.reload(); }
  });
}());
