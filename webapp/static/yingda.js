/* 应答 · what every page shares: appearance, keys, confirmation, forms that keep what was typed.
   No dependency, no network. */
(function () {
  'use strict';
  var root = document.documentElement;
  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }
  function remember(name, value) {
    try { localStorage.setItem(name, value); } catch (err) { /* private mode: holds for this page */ }
  }
  function recall(name) {
    try { return localStorage.getItem(name) || ''; } catch (err) { return ''; }
  }
  function forget(name) {
    try { localStorage.removeItem(name); } catch (err) { /* nothing was kept */ }
  }

  // ----- the time of day on the server, in the city: this machine's clock may be wrong -----
  var loaded = Date.now();
  function time() {
    var served = Date.parse(document.body.getAttribute('data-clock') + 'Z');
    return new Date(served + Date.now() - loaded).toISOString().slice(11, 19);
  }

  // ----- appearance: system, light, dark; 关怀版 -----
  var THEMES = ['', 'light', 'dark'];
  var THEME_NAMES = { '': '外观：跟随系统', light: '外观：浅色', dark: '外观：深色' };
  function showTheme(theme) {
    if (theme) { root.setAttribute('data-theme', theme); } else { root.removeAttribute('data-theme'); }
    all('[data-theme-name]').forEach(function (el) { el.textContent = THEME_NAMES[theme]; });
  }
  var theme = recall('yd-theme');
  showTheme(THEMES.indexOf(theme) < 0 ? '' : theme);
  all('[data-theme-toggle]').forEach(function (button) {
    button.addEventListener('click', function () {
      var now = root.getAttribute('data-theme') || '';
      var next = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
      showTheme(next);
      remember('yd-theme', next);
    });
  });
  // The server writes the chosen 关怀版 into every page; here it changes without a new page.
  var A_YEAR = 31536000;
  all('[data-large-toggle]').forEach(function (link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      var on = !root.hasAttribute('data-large');
      document.cookie = 'yd_large=' + (on ? '1' : '') + '; path=/; samesite=lax; max-age=' + (on ? A_YEAR : 0) +
        (location.protocol === 'https:' ? '; secure' : '');
      if (on) { root.setAttribute('data-large', ''); } else { root.removeAttribute('data-large'); }
      all('[data-large-toggle]').forEach(function (each) {
        each.querySelector('span').textContent = each.getAttribute('data-large-names').split('|')[on ? 1 : 0];
        each.href = each.href.replace(/large=[01]/, 'large=' + (on ? '0' : '1'));
      });
    });
  });

  all('[data-print]').forEach(function (button) {
    button.addEventListener('click', function () { window.print(); });
  });

  // ----- menus close on Escape and on a click elsewhere -----
  document.addEventListener('click', function (event) {
    all('details[data-menu][open]').forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') { return; }
    all('details[data-menu][open]').forEach(function (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });
  all('[data-back]').forEach(function (button) {
    button.addEventListener('click', function () { history.back(); });
  });

  // ----- keys: rooms register theirs; none is taken while an input method is composing -----
  // A key that is held down acts once: it must not answer the question that it has just raised.
  var keys = {}, held = '';
  function inField() {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) ||
      document.activeElement.isContentEditable;
  }
  function nameOf(event) {
    return (event.ctrlKey ? 'Ctrl+' : '') + (event.altKey ? 'Alt+' : '') +
      (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  }
  document.addEventListener('keydown', function (event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) { return; }
    var name = nameOf(event), action = keys[name];
    if (event.repeat && !/^Arrow/.test(event.key)) {
      if (name === held) { event.preventDefault(); }
      return;
    }
    held = '';
    if (!action || document.querySelector('dialog[open]')) { return; }
    if (!action.everywhere && inField()) { return; }
    if (action.run(event) !== false) { held = name; event.preventDefault(); }
  });
  // yingda.key('Alt+C', run): single characters act outside fields only, unless everywhere is true.
  function key(name, run, everywhere) {
    keys[name] = { run: run, everywhere: everywhere === undefined ? name.length > 1 : everywhere };
  }

  var help = document.querySelector('a[data-help]');
  if (help) { key('F1', function () { location.assign(help.href); }, true); }

  // ----- confirmation: <button data-confirm="…"> asks before its form is sent -----
  function ask(sentence, yes) {
    var dialog = document.createElement('dialog');
    if (!dialog.showModal) { if (window.confirm(sentence)) { yes(); } return; }
    var text = document.createElement('p');
    var foot = document.createElement('footer');
    var no = document.createElement('button');
    var go = document.createElement('button');
    dialog.className = 'dialog';
    text.textContent = sentence;
    no.className = 'btn'; no.type = 'button'; no.textContent = '取消';
    go.className = 'btn btn-primary'; go.type = 'button'; go.textContent = '确定';
    foot.appendChild(no); foot.appendChild(go);
    dialog.appendChild(text); dialog.appendChild(foot);
    document.body.appendChild(dialog);
    no.addEventListener('click', function () { dialog.close(); });
    go.addEventListener('click', function () { dialog.close(); yes(); });
    dialog.addEventListener('close', function () { dialog.remove(); });
    dialog.showModal();
    no.focus();
  }
  document.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('[data-confirm]') : null;
    if (!button || button.hasAttribute('data-confirmed')) { return; }
    event.preventDefault();
    // What is missing is said first: nothing is confirmed that cannot be sent.
    if (button.form && !button.formNoValidate && !button.form.reportValidity()) { return; }
    ask(button.getAttribute('data-confirm'), function () {
      var said = document.createElement('input');  // the server need not ask again
      said.type = 'hidden'; said.name = 'confirmed'; said.value = '1';
      if (button.form) { button.form.appendChild(said); }
      button.setAttribute('data-confirmed', '');
      button.click();
      button.removeAttribute('data-confirmed');
      said.remove();
    });
  });

  // ----- one press, one command: the second press of a slow connection does nothing -----
  all('form[data-submit]').forEach(function (form) {
    form.addEventListener('submit', function (event) {
      if (event.defaultPrevented) { return; }
      if (form.hasAttribute('data-sent')) { event.preventDefault(); return; }
      form.setAttribute('data-sent', '');
      function close(is) { all('button', form).forEach(function (one) { one.disabled = is; }); }
      setTimeout(close, 0, true);  // after the pressed button has been taken into what is sent
      setTimeout(function () { form.removeAttribute('data-sent'); close(false); }, 4000);
    });
  });

  // ----- forms: <form data-guard> warns before leaving; <form data-autosave="key"> keeps texts -----
  all('form[data-guard]').forEach(function (form) {
    var dirty = false;
    form.addEventListener('input', function () { dirty = true; });
    form.addEventListener('submit', function () { dirty = false; });
    window.addEventListener('beforeunload', function (event) {
      if (dirty) { event.preventDefault(); event.returnValue = ''; }
    });
  });
  // A colleague at the same machine is not offered what somebody else wrote.
  var mine = 'yd-draft:' + (document.body.getAttribute('data-user') || '') + ':';
  // A page that confirms a save names the drafts that are no longer needed: gone before the forms
  // below would offer them again. A reload says nothing new; what was typed since then stays.
  var arrival = performance.getEntriesByType('navigation')[0];
  all('[data-forget-draft]').forEach(function (el) {
    if (arrival && arrival.type !== 'navigate') { return; }
    var prefix = mine + el.getAttribute('data-forget-draft') + ':';
    try {
      Object.keys(localStorage).forEach(function (name) {
        // What was offered and not answered was not sent.
        if (name.indexOf(prefix) === 0 && name.slice(-1) !== '!') { forget(name); }
      });
    } catch (err) { /* private mode: nothing was kept */ }
  });
  function draftName(form, area) { return mine + form.getAttribute('data-autosave') + ':' + area.name; }
  all('form[data-autosave]').forEach(function (form) {
    var told = form.querySelector('[data-autosaved]');
    all('textarea[name]', form).forEach(function (area) {
      var name = draftName(form, area), before = name + '!', offered = [], timer;
      // What is offered and not yet answered is kept apart from what is written meanwhile.
      function keep() {
        var others = offered.filter(function (text) { return text !== area.value; });
        if (area.value !== area.defaultValue) { remember(name, area.value); } else { forget(name); }
        if (others.length) { remember(before, others.join('\n\n')); } else { forget(before); }
      }
      // The browser may have filled the field again by itself, so it need not be as it was sent.
      [recall(before), recall(name)].forEach(function (text) {
        if (!text || text === area.value || offered.indexOf(text) >= 0) { return; }
        offered.push(text);
        offer(area, text, function (is_taken) {
          offered.splice(offered.indexOf(text), 1);
          if (is_taken) {
            area.value = area.value === area.defaultValue ? text : text + '\n' + area.value;
            area.dispatchEvent(new Event('input', { bubbles: true }));
          }
          keep();
        });
      });
      area.addEventListener('input', function () {
        clearTimeout(timer);
        timer = setTimeout(function () {
          keep();
          if (told) { told.textContent = '自动保存 ' + time(); }
        }, 600);
      });
      form.addEventListener('submit', function () { clearTimeout(timer); keep(); });
    });
  });
  // ``answered`` hears true for 恢复, false for 不要了.
  function offer(area, text, answered) {
    var line = document.createElement('p');
    var begin = text.trim().slice(0, 12);
    line.className = 'hint';
    line.appendChild(document.createTextNode('上次没有提交的内容还在：“' + begin + (text.trim().length > 12 ? '……' : '') + '”'));
    [['恢复', true], ['不要了', false]].forEach(function (choice) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-quiet btn-s';
      button.textContent = choice[0];
      button.addEventListener('click', function () {
        answered(choice[1]);
        line.remove();
        area.focus();
      });
      line.appendChild(button);
    });
    area.insertAdjacentElement('afterend', line);
  }

  // ----- what was wrong with a field is not said of what stands there now -----
  function mended(field) {
    if (field.getAttribute('aria-invalid') !== 'true') { return; }
    (field.getAttribute('aria-describedby') || '').split(' ').forEach(function (id) {
      var said = document.getElementById(id);
      if (said && said.classList.contains('err')) { said.hidden = true; }
    });
    field.removeAttribute('aria-invalid');
    field.classList.remove('is-bad');
  }
  document.addEventListener('change', function (event) { mended(event.target); });

  // ----- one-of-many buttons -----
  all('.seg').forEach(function (group) {
    group.addEventListener('click', function (event) {
      var chosen = event.target.closest('button[aria-pressed]');
      if (!chosen) { return; }
      all('button[aria-pressed]', group).forEach(function (button) {
        button.setAttribute('aria-pressed', String(button === chosen));
      });
    });
  });

  // ----- dates: a browser of another language writes them its own way, so the page says them -----
  function sayDate(input) {
    var said = document.createElement('span');
    function say() { said.textContent = input.value.replace('T', ' ') || '年-月-日'; }
    said.className = 'date-said num';
    said.setAttribute('aria-hidden', 'true');
    input.insertAdjacentElement('afterend', said);
    input.addEventListener('input', say);
    say();
  }
  if (/^zh/.test(root.lang) && !/^zh/.test(new Intl.DateTimeFormat().resolvedOptions().locale)) {
    all('input[type=date], input[type=datetime-local]').forEach(sayDate);
  }

  // ----- files are taken only once it is said whose they are, where that is asked -----
  function lacksUnit(form) {
    var unit = form.querySelector('select[name="unit"]');
    var said = form.querySelector('[data-unit-first]');
    if (unit) { unit.addEventListener('change', function () { said.hidden = true; }); }
    return function () {
      if (!unit || unit.value) { return false; }
      said.hidden = false;
      unit.focus();
      return true;
    };
  }

  window.yingda = { lacksUnit: lacksUnit, mended: mended, key: key, ask: ask, remember: remember, recall: recall, forget: forget, time: time };
}());
