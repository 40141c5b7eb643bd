/* 坐席台 · what is left on this machine of a call that is over, or of a form that may be settled. It is
   offered, never put under another caller by itself. */
(function () {
  'use strict';
  const desk = window.desk;
  if (!desk) { return; }
  const reg = document.getElementById('reg');
  const place = reg.querySelector('[data-continues]');

  // A form whose answer was lost may be settled: only the server knows.
  function settledAs(kept, name, isDraft) {
    const now = reg.elements.namedItem('token').value;
    const version = desk.draft.version();
    function back() {
      if (version === desk.draft.version()) { isDraft(); } else { offer(name, kept, '这台电脑上还有没提交的内容：'); }
    }
    if (!kept.token || kept.token === now) { back(); return; }
    desk.get(desk.root.dataset.stateUrl + '?token=' + encodeURIComponent(kept.token)).then(function (state) {
      if (!state.done) { back(); return; }
      offer(name, kept, state.done + '。这台电脑上还有当时写的内容；是另一件事再放进登记：');
    }, back);
  }
  // Words of a call that is neither at the desk nor waiting: nothing else leads back to them.
  function offerOthers(own) {
    const waiting = Array.from(document.querySelectorAll('[data-take-back]')).map(function (form) {
      return desk.draft.keyOf(form.action.split('/').slice(-2)[0]);
    });
    const mine = desk.draft.keyOf('');
    let names = [];
    try { names = Object.keys(localStorage); } catch (err) { return; }
    names.filter(function (name) {
      return name.indexOf(mine) === 0 && name !== own && waiting.indexOf(name) < 0;
    }).forEach(function (name) {
      const kept = desk.draft.read(name);
      if (kept && words(kept.values)) { offer(name, kept, '上一通结束时没有提交的内容还在这台电脑上：'); }
    });
  }
  function words(values) {
    return [values.query, values.title, values.content, values.place, values.requester_name]
      .filter(function (one, at, all) { return one && all.indexOf(one) === at; }).join('，').slice(0, 80);
  }
  function offer(name, kept, sentence) {
    const line = document.createElement('div');
    const said = document.createElement('p');
    const quoted = document.createElement('q');
    line.className = 'left-over';
    said.textContent = sentence;
    quoted.textContent = words(kept.values);
    said.append(quoted);
    line.append(said, press('放进登记', take), press('不要了', drop));
    place.before(line);

    function press(text, run) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-s';
      button.textContent = text;
      button.addEventListener('click', run);
      return button;
    }
    function take() {
      if (desk.call.isLive() && name !== desk.draft.key()) { desk.copy.hint('这是另一位来电人的，结束或保持本通后再放进登记'); return; }
      if (desk.draft.hasWords()) { desk.copy.hint('登记里正在写别的，先办完再放进来'); return; }
      window.yingda.forget(name);
      line.remove();
      desk.draft.put(kept.values);
    }
    function drop() { window.yingda.forget(name); line.remove(); }
  }
  desk.left = { settledAs: settledAs, offerOthers: offerOthers };
}());
