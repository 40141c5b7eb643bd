/* 应答 · 扫描件: the current line lit on the picture, the next doubtful place by Enter or Tab,
   everything saved as it is typed. Without this script the forms save by their buttons. */
(function () {
  'use strict';
  const WAIT = 600, RETRY = 3000;
  function all(selector, within) { return Array.from((within || document).querySelectorAll(selector)); }
  function one(selector, within) { return (within || document).querySelector(selector); }
  const finish = one('[data-finish]'), saved = one('[data-saved]');
  const token = finish && one('[name="csrf_token"]', finish).value;

  function say(text) { if (saved) { saved.textContent = text; } }
  function send(href, fields) {
    const body = new URLSearchParams(Object.assign({ csrf_token: token }, fields));
    // What outlives the page may have 64 KB at most; a line always does.
    const isSmall = body.toString().length < 60000;
    return fetch(href, {
      method: 'POST', body: body, headers: { Accept: 'application/json' }, credentials: 'same-origin', keepalive: isSmall,
    }).then(function (response) {
      return response.json().then(function (answer) {
        if (!response.ok) { throw Object.assign(new Error(answer.error.message), { status: response.status }); }
        return answer;
      });
    });
  }
  function showLeft(answer) {
    const label = one('[data-doubts-left]'), button = finish && one('button', finish);
    all('[data-doubts]').forEach(function (el) { el.textContent = answer.doubts; });
    const isSettled = !answer.unsettled || !answer.unsettled.length;
    if (label && answer.unsettled) { label.hidden = !answer.doubts || !isSettled; }
    if (label && !answer.doubts) { label.hidden = true; }
    if (button && answer.unsettled) { button.disabled = !isSettled; }
  }

  // ----- one thing that saves itself: a line or a typed page -----
  // read() gives what to send, or null; done(answer) keeps the new revision.
  function Keeper(href, read, done, fail) {
    let timer = 0, isBusy = false, isDirty = false;
    const keeper = {
      touch: function () {
        isDirty = true;
        say('正在保存…');
        clearTimeout(timer);
        timer = setTimeout(keeper.now, WAIT);
      },
      now: function () {
        clearTimeout(timer);
        if (isBusy) { isDirty = true; return; }
        isDirty = false;
        isBusy = true;
        send(href, read()).then(function (answer) {
          isBusy = false;
          done(answer);
          showLeft(answer);
          if (isDirty) { keeper.now(); } else if (!Keeper.waiting()) { say('已保存'); }
        }, function (error) {
          isBusy = false;
          if (error.status) { say('没有保存'); fail(error.message); return; }
          isDirty = true;
          say('没有连上，稍后自动重试…');
          timer = setTimeout(keeper.now, RETRY);
        });
      },
      isWaiting: function () { return isDirty || isBusy; },
    };
    Keeper.every.push(keeper);
    return keeper;
  }
  Keeper.every = [];
  Keeper.waiting = function () { return Keeper.every.some(function (keeper) { return keeper.isWaiting(); }); };
  window.addEventListener('beforeunload', function (event) {
    Keeper.every.forEach(function (keeper) { if (keeper.isWaiting()) { keeper.now(); } });
    if (Keeper.waiting()) { event.preventDefault(); event.returnValue = ''; }
  });
  // What is on its way arrives first; then the page goes on.
  function whenSaved(run) {
    Keeper.every.forEach(function (keeper) { if (keeper.isWaiting()) { keeper.now(); } });
    const started = Date.now();
    (function look() {
      if (Keeper.waiting() && Date.now() - started < 8000) { setTimeout(look, 50); } else if (!Keeper.waiting()) { run(); }
    }());
  }

  // ----- recognised lines -----
  const form = one('[data-lines]');
  const rows = form ? all('[data-line]', form).map(makeRow) : [];

  function makeRow(item) {
    const row = {
      item: item, field: one('.in', item), problem: one('[data-problem]', item),
      spans: JSON.parse(item.dataset.spans), isOpen: item.dataset.open !== '0', length: 0,
    };
    row.length = row.field.value.length;
    row.keeper = Keeper(item.dataset.href, function () {
      return { text: row.field.value, rev: item.dataset.rev };
    }, function (answer) {
      item.dataset.rev = answer.rev;
      one('input[type="hidden"]', item).value = answer.rev;
      row.problem.hidden = true;
    }, function (message) {
      row.problem.textContent = message + '。您写的还在输入框里，刷新本页可看最新。';
      row.problem.hidden = false;
    });
    fit(row.field);
    row.field.addEventListener('focus', function () { light(row); });
    row.field.addEventListener('input', function () {
      unbreak(row.field);
      fit(row.field);
      shift(row);
      settle(row);
      row.keeper.touch();
    });
    row.field.addEventListener('keydown', function (event) { onKey(event, row); });
    return row;
  }
  // As high as its words; where the style sheet alone cannot do it.
  function fit(field) {
    if (window.CSS && CSS.supports('field-sizing', 'content')) { return; }
    field.style.height = 'auto';
    field.style.height = (field.scrollHeight + field.offsetHeight - field.clientHeight) + 'px';
  }
  // A line is one line, however it was pasted.
  function unbreak(field) {
    if (!/[\r\n]/.test(field.value)) { return; }
    const caret = field.selectionStart;
    field.value = field.value.replace(/\r\n|[\r\n]/g, ' ');
    field.setSelectionRange(caret, caret);
  }
  // Doubtful places after the caret move with what was typed before them.
  function shift(row) {
    const grown = row.field.value.length - row.length, caret = row.field.selectionStart - Math.max(grown, 0);
    row.length = row.field.value.length;
    row.spans = row.spans.map(function (span) {
      return span[0] >= caret ? [span[0] + grown, span[1] + grown] : span;
    });
  }
  function settle(row) {
    row.isOpen = false;
    row.item.classList.remove('is-doubtful');
    const box = document.getElementById('box-' + row.item.dataset.line);
    if (box) { box.classList.remove('is-doubtful'); }
    countHere();
  }
  // The number on this page's tab, for what is still open on it.
  function countHere() {
    const count = one('.sc-tabs [aria-current] .sc-count');
    if (!count) { return; }
    const open = rows.reduce(function (sum, row) { return sum + (row.isOpen ? row.spans.length : 0); }, 0);
    count.hidden = !open;
    count.firstChild.textContent = open;
  }
  function light(row) {
    all('.sc-box.is-here').forEach(function (box) { box.classList.remove('is-here'); });
    const box = document.getElementById('box-' + row.item.dataset.line), figure = one('.sc-figure');
    if (!box) { return; }
    box.classList.add('is-here');
    const place = box.getBoundingClientRect(), frame = figure.getBoundingClientRect();
    if (place.top < frame.top + 20 || place.bottom > frame.bottom - 20) {
      figure.scrollTop += place.top - frame.top - frame.height / 3;
    }
  }
  function select(row, span) {
    row.field.focus();
    if (span) { row.field.setSelectionRange(span[0], span[1]); }
    row.item.scrollIntoView({ block: 'nearest' });
  }
  // The next doubtful place: in this line behind the caret, or in a later line.
  function next(row) {
    const behind = row.isOpen && row.spans.find(function (span) { return span[0] >= row.field.selectionEnd; });
    if (behind) { select(row, behind); return true; }
    if (row.isOpen || row.keeper.isWaiting()) { settle(row); row.keeper.now(); }
    const later = rows.slice(rows.indexOf(row) + 1).find(function (other) { return other.isOpen; });
    if (later) { select(later, later.spans[0]); return true; }
    return false;
  }
  function previous(row) {
    const earlier = rows.slice(0, rows.indexOf(row)).reverse().find(function (other) { return other.isOpen; });
    if (earlier) { select(earlier, earlier.spans[0]); }
    return Boolean(earlier);
  }
  function step(row, by) {
    const other = rows[rows.indexOf(row) + by];
    if (other) { select(other, null); }
    return Boolean(other);
  }
  function pageWithDoubts() {
    return one('[data-tab="' + one('[data-scan]').dataset.number + '"] ~ a .sc-count:not([hidden])');
  }
  function onKey(event, row) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) { return; }
    let isDone = false;
    if (event.key === 'Enter') {
      isDone = true;
      if (!next(row)) { leave(); }
    } else if (event.key === 'Tab') {
      isDone = event.shiftKey ? previous(row) : next(row);
    } else if (event.key === 'ArrowDown') {
      isDone = step(row, 1);
    } else if (event.key === 'ArrowUp') {
      isDone = step(row, -1);
    }
    if (isDone) { event.preventDefault(); }
  }
  // Nothing doubtful is left here: on to the next page that has some, or to the end.
  function leave() {
    const count = pageWithDoubts(), button = finish && one('button', finish);
    if (count) { whenSaved(function () { location.assign(count.closest('a').href); }); return; }
    if (button && !button.disabled) { whenSaved(function () { button.focus(); say('已保存，存疑已全部核对'); }); }
  }
  window.addEventListener('resize', function () { rows.forEach(function (row) { fit(row.field); }); });
  if (form) {
    one('[data-plain]', form).hidden = true;
    form.addEventListener('submit', function (event) { event.preventDefault(); });
    all('[data-box]').forEach(function (box) {
      box.addEventListener('click', function () {
        const row = rows.find(function (other) { return other.item.dataset.line === box.dataset.box; });
        if (row) { select(row, row.spans[0]); }
      });
    });
    const first = rows.find(function (row) { return row.isOpen; });
    if (first) { select(first, first.spans[0]); }
  }

  // ----- a typed page -----
  const typing = one('[data-typing]');
  if (typing) {
    const text = one('textarea', typing), rev = one('[name="rev"]', typing);
    const page = Keeper(typing.getAttribute('action'), function () {
      return { text: text.value, rev: rev.value, action: 'save' };
    }, function (answer) { rev.value = answer.rev; }, say);
    text.addEventListener('input', page.touch);
    typing.addEventListener('submit', function (event) {
      if (!page.isWaiting()) { return; }
      // The saving under way changes the revision that this form carries.
      event.preventDefault();
      const button = event.submitter;
      whenSaved(function () { if (button) { button.click(); } else { typing.submit(); } });
    });
  }
  if (finish) {
    finish.addEventListener('submit', function (event) {
      if (!Keeper.waiting()) { return; }
      event.preventDefault();
      whenSaved(function () { finish.submit(); });
    });
  }

  // ----- recognition under way: this page is shown when it is done, the others get their sign -----
  const scan = one('[data-progress]');
  if (scan) {
    (function ask() {
      fetch(scan.dataset.progress, { headers: { Accept: 'application/json' }, credentials: 'same-origin' }).then(function (response) {
        return response.ok ? response.json() : null;
      }).then(function (answer) {
        if (answer) {
          const isHere = answer.pages[scan.dataset.number] !== scan.dataset.state;
          const isDone = !Object.values(answer.pages).includes('waiting');
          if ((isHere && scan.dataset.state === 'waiting') || (isDone && !Keeper.waiting() && !typing)) {
            location.reload();
            return;
          }
          const left = Object.values(answer.pages).filter(function (state) { return state === 'waiting'; }).length;
          if (!Keeper.waiting()) { say('还有 ' + left + ' 页正在识别'); }
          showLeft(answer);
        }
        setTimeout(ask, 2000);
      }, function () { setTimeout(ask, 5000); });
    }());
  }
}());
