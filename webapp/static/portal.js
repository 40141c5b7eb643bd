/* 应答 · 知识库: push with progress, pins, counting, preview, review keys. No dependency. */
(function () {
  'use strict';
  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }
  function one(selector, within) { return (within || document).querySelector(selector); }
  function token(form) { return one('[name="csrf_token"]', form).value; }
  function make(tag, className, text) {
    var el = document.createElement(tag);
    if (className) { el.className = className; }
    if (text) { el.textContent = text; }
    return el;
  }

  // ----- a select that goes on by itself; its button is for browsers without scripts -----
  all('[data-submit]').forEach(function (select) {
    select.addEventListener('change', function () { select.form.submit(); });
  });

  // ----- push: one file after another, each with its own line -----
  var push = one('[data-push]');
  if (push) {
    var input = one('#f-files', push), drop = one('[data-drop]', push), list = one('[data-sent]', push);
    var queue = [], busy = false, leaving = 0, lacksUnit = window.yingda.lacksUnit(push);
    window.yingda.key('Alt+U', function () { input.click(); }, true);
    input.addEventListener('click', function (event) { if (lacksUnit()) { event.preventDefault(); } });
    input.addEventListener('change', function () { take(input.files); input.value = ''; });
    ['dragenter', 'dragover'].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add('is-over'); });
    });
    ['dragleave', 'drop'].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.remove('is-over'); });
    });
    drop.addEventListener('drop', function (event) { take(event.dataTransfer.files); });
    window.addEventListener('beforeunload', function (event) {
      if (busy) { event.preventDefault(); event.returnValue = ''; }
    });
  }
  function take(files) {
    if (lacksUnit()) { return; }
    Array.prototype.slice.call(files).forEach(function (file) {
      var line = make('li'), box = make('div');
      box.appendChild(make('b', '', file.name));
      box.appendChild(make('p', '', '等待上传'));
      box.appendChild(make('progress'));
      line.appendChild(box);
      list.hidden = false;
      list.appendChild(line);
      queue.push({ file: file, line: line });
    });
    next();
  }
  function next() {
    if (busy || !queue.length) { return; }
    busy = true;
    send(queue.shift());
  }
  function send(job) {
    var data = new FormData(), request = new XMLHttpRequest();
    var bar = one('progress', job.line), told = one('p', job.line);
    all('select, [name="csrf_token"]', push).forEach(function (field) { data.append(field.name, field.value); });
    data.append('files', job.file, job.file.name);
    bar.max = 1;
    request.upload.addEventListener('progress', function (event) {
      if (!event.lengthComputable) { return; }
      bar.value = event.loaded / event.total;
      told.textContent = event.loaded < event.total ?
        '正在上传 ' + Math.floor(100 * event.loaded / event.total) + '%' : '已传完，正在读取';
    });
    request.addEventListener('load', function () { done(job, request); });
    request.addEventListener('error', function () {
      show(job, 'bad', '网络中断，没有传完；请检查网络后重新选择这个文件', '');
    });
    request.open('POST', push.action);
    request.setRequestHeader('Accept', 'application/json');
    told.textContent = '正在上传';
    request.send(data);
  }
  function done(job, request) {
    var answer = null, result;
    try { answer = JSON.parse(request.responseText); } catch (err) { answer = null; }
    if (answer && answer.results) {
      result = answer.results[0];
      show(job, result.kind, result.message, result.href, result.outcome);
    } else if (answer && answer.error) {
      show(job, 'bad', answer.error.message, '');
    } else if (request.status === 413) {
      show(job, 'bad', '文件太大，没有保存；请拆分后再上传', '');
    } else {
      show(job, 'bad', '服务器没有收下这个文件（' + request.status + '），请稍后再试', '');
    }
  }
  function show(job, kind, message, href, outcome) {
    var link;
    job.line.className = 'sent-' + kind;
    one('p', job.line).textContent = message;
    one('progress', job.line).remove();
    job.line.insertBefore(one('[data-icon="' + kind + '"]', push).content.cloneNode(true), job.line.firstChild);
    if (href) {
      link = make('a', outcome === 'duplicate' ? 'btn btn-s push' : 'btn btn-s push',
        outcome === 'duplicate' ? '看库中条目' : '去核对');
      link.href = href;
      job.line.appendChild(link);
    }
    busy = false;
    leaving += 1;
    // A single good file goes on to its page at once; with several the list is the page.
    if (href && kind === 'good' && leaving === 1 && !queue.length) { location.href = href; return; }
    one('[data-sent-done]', push).hidden = queue.length > 0;
    next();
  }

  // ----- hovering or focusing a field shows where its value was read -----
  all('[data-pin]').forEach(function (field) {
    var number = field.getAttribute('data-pin');
    var places = all('[data-pins]').filter(function (place) {
      return place.getAttribute('data-pins').trim().split(/\s+/).indexOf(number) >= 0;
    });
    function mark(on) {
      return function (event) {
        places.forEach(function (place) {
          var frame = place.closest('.sheet-scroll');
          place.classList.toggle('is-on', on);
          if (on && event.type === 'focusin' && frame) {
            frame.scrollTop += place.getBoundingClientRect().top - frame.getBoundingClientRect().top - 80;
          }
        });
      };
    }
    field.addEventListener('mouseenter', mark(true));
    field.addEventListener('mouseleave', mark(false));
    field.addEventListener('focusin', mark(true));
    field.addEventListener('focusout', mark(false));
  });

  // ----- 口播: characters and seconds while typing -----
  all('[data-speak]').forEach(function (area) {
    var place = document.getElementById(area.getAttribute('aria-describedby'));
    var perSecond = +area.getAttribute('data-speak'), most = +area.getAttribute('data-max');
    function count() {
      var length = Array.from(area.value.trim()).length;
      one('[data-characters]', place).textContent = length;
      one('[data-seconds]', place).textContent = Math.round(length / perSecond);
      place.classList.toggle('is-over-limit', length > most);
    }
    area.addEventListener('input', count);
    count();
  });

  // ----- the text: editing, preview, how it is cut -----
  all('[data-editor]').forEach(function (box) {
    var area = one('textarea', box), tabs = one('.tabs', box), shown = null;
    tabs.hidden = false;
    tabs.addEventListener('click', function (event) {
      var button = event.target.closest('[data-tab]');
      if (button) { open(button.getAttribute('data-tab')); }
    });
    function open(name) {
      all('[data-pane]', box).forEach(function (pane) { pane.hidden = pane.getAttribute('data-pane') !== name; });
      if (name !== 'write' && shown !== area.value) { load(); }
    }
    function load() {
      var data = new FormData(), text = area.value, look = one('[data-pane="look"]', box);
      look.textContent = '正在排版……';
      data.append('csrf_token', token(area.form));
      data.append('body', text);
      fetch(box.getAttribute('data-editor'), { method: 'POST', body: data, headers: { Accept: 'application/json' } })
        .then(function (answer) { if (!answer.ok) { throw new Error(String(answer.status)); } return answer.json(); })
        .then(function (made) {
          look.innerHTML = made.html;  // sanitised by the server, the same way as the published page
          one('[data-pane="cut"]', box).innerHTML = made.passages;
          one('[data-cut-count]', box).textContent = made.count;
          shown = text;
        })
        .catch(function () { look.textContent = '预览没有取到，正文还在“编辑”里；请稍后再试。'; });
    }
  });

  // ----- older entries to link to, while typing -----
  all('[data-linkable]').forEach(function (field) {
    var options = document.getElementById(field.getAttribute('list')), timer;
    field.addEventListener('input', function (event) {
      clearTimeout(timer);
      if (event.isComposing || !field.value.trim() || field.value.charAt(0) === '#') { return; }
      timer = setTimeout(function () {
        fetch(field.getAttribute('data-linkable') + '?q=' + encodeURIComponent(field.value.trim()))
          .then(function (answer) { return answer.ok ? answer.json() : { entries: [] }; })
          .then(function (found) {
            options.textContent = '';
            found.entries.forEach(function (entry) {
              var option = make('option');
              option.value = entry.value;
              option.label = entry.label;
              options.appendChild(option);
            });
          })
          .catch(function () { options.textContent = ''; });
      }, 250);
    });
  });

  // ----- review: Y, N, J outside fields; N asks for the reason first -----
  all('[data-review]').forEach(function (form) {
    all('[data-key]', form).forEach(function (button) {
      var letter = button.getAttribute('data-key');
      window.yingda.key(letter, function () {
        var comment = one('[name="comment"]', form);
        if (letter === 'N' && !comment.value.trim() && !form.hasAttribute('data-has-comments')) { comment.focus(); return; }
        button.click();
      });
    });
  });

  // ----- review: words selected in a clause are what its comment is about -----
  var selected = '';
  document.addEventListener('selectionchange', function () {
    var text = String(window.getSelection() || '').trim();
    if (text) { selected = text.slice(0, 300); }
  });
  all('[data-comment]').forEach(function (box) {
    box.addEventListener('toggle', function () {
      var clause = box.closest('.passage'), line = one('[data-comment-quote]', box);
      if (!box.open) { return; }
      if (selected && clause && clause.textContent.indexOf(selected) >= 0) {
        one('[name="quote"]', box).value = selected;
        line.textContent = '“' + selected + '”';
        line.hidden = false;
      }
      selected = '';
      one('textarea', box).focus();
    });
  });

  // ----- a draft: from what is to be changed to its words in the text -----
  all('[data-find-clause]').forEach(function (button) {
    var area = one('textarea[name="body"]'), place = button.getAttribute('data-find-clause').split(' ');
    if (!area) { return; }
    var words = Array.from(area.defaultValue).slice(+place[0], +place[1]).join('').trim();
    button.hidden = !words;
    button.addEventListener('click', function () {
      var at = area.value.indexOf(words), tab = one('[data-tab="write"]');
      if (at < 0) { button.textContent = '正文里已经改过'; return; }
      if (tab) { tab.click(); }
      area.focus();
      area.setSelectionRange(at, at + words.length);
      // A text area scrolls to its caret only when typed into: measure by lines instead.
      area.scrollTop = area.scrollHeight * at / Math.max(area.value.length, 1) - area.clientHeight / 3;
      area.scrollIntoView({ block: 'center' });
    });
  });
}());
