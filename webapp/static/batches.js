/* 应答 · 批量推送: send many files a few a request, watch the progress, tick rows. No dependency. */
(function () {
  'use strict';
  var MOST_FILES = 25, MOST_BYTES = 8 * 1024 * 1024, SLOWEST = 8000;
  function one(selector, within) { return (within || document).querySelector(selector); }
  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  // ----- sending -----
  var form = one('[data-batch]');
  if (form) {
    var drop = one('[data-drop]', form), told = one('[data-told]', form), bar = one('progress', form);
    var folderIn = one('[data-folder-in]', form), busy = false;
    var lacksUnit = window.yingda.lacksUnit(form);
    folderIn.disabled = false;
    [one('#f-batch-files', form), folderIn].forEach(function (input) {
      input.addEventListener('click', function (event) { if (lacksUnit()) { event.preventDefault(); } });
      input.addEventListener('change', function () {
        send(Array.prototype.slice.call(input.files).map(function (file) {
          return { file: file, path: file.webkitRelativePath || file.name };
        }));
        input.value = '';
      });
    });
    ['dragenter', 'dragover'].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.add('is-over'); });
    });
    ['dragleave', 'drop'].forEach(function (name) {
      drop.addEventListener(name, function (event) { event.preventDefault(); drop.classList.remove('is-over'); });
    });
    drop.addEventListener('drop', function (event) { dropped(event.dataTransfer).then(send); });
    window.addEventListener('beforeunload', function (event) {
      if (busy) { event.preventDefault(); event.returnValue = ''; }
    });
  }
  function dropped(transfer) {
    var entries = Array.prototype.slice.call(transfer.items || []).map(function (item) {
      return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
    }).filter(Boolean);
    if (!entries.length) {
      return Promise.resolve(Array.prototype.slice.call(transfer.files).map(function (file) {
        return { file: file, path: file.name };
      }));
    }
    return Promise.all(entries.map(walk)).then(flat);
  }
  function flat(lists) { return Array.prototype.concat.apply([], lists); }
  function walk(entry) {
    return new Promise(function (resolve, reject) {
      if (entry.isFile) {
        entry.file(function (file) {
          resolve([{ file: file, path: entry.fullPath.replace(/^\//, '') }]);
        }, reject);
        return;
      }
      var reader = entry.createReader(), found = [];
      (function more() {
        reader.readEntries(function (some) {
          if (!some.length) { Promise.all(found.map(walk)).then(flat).then(resolve, reject); return; }
          found = found.concat(some);
          more();
        }, reject);
      }());
    });
  }
  // The same choice again, after a broken upload, comes back to the same batch; a file that was
  // corrected meanwhile is another choice, be it as long as before.
  function keyOf(files) {
    var text = files.map(function (one) { return one.path + ':' + one.file.size + ':' + one.file.lastModified; }).sort().join('|');
    var hash = 5381, i;
    for (i = 0; i < text.length; i += 1) { hash = ((hash * 33) ^ text.charCodeAt(i)) >>> 0; }
    return new Date().toISOString().slice(0, 10) + ':' + files.length + ':' + hash.toString(36);
  }
  function fields(data) {
    all('select, [name="csrf_token"]', form).forEach(function (field) { data.append(field.name, field.value); });
    return data;
  }
  function post(address, data) {
    return fetch(address, { method: 'POST', body: data, headers: { Accept: 'application/json' }, credentials: 'same-origin' })
      .then(function (answer) {
        return answer.json().catch(function () { return {}; }).then(function (body) {
          if (answer.ok) { return body; }
          throw new Error(body.error ? body.error.message : '服务器没有收下（' + answer.status + '），请稍后再试');
        });
      }, function () { throw new Error('网络中断；请检查网络后重新选择同样的文件，会接着传'); });
  }
  // A closed batch takes nothing more. The next of the same files has the next number and no time in
  // its key: when it breaks off, the same choice finds it again.
  function begin(data, key, number) {
    data.set('key', number === 1 ? key : key + ':' + number);
    return post(form.action, data).then(function (batch) {
      return batch.is_closed ? begin(data, key, number + 1) : batch;
    });
  }
  function send(files) {
    var sent = 0, start, key = keyOf(files);
    files = files.filter(function (one) { return !/(^|\/)(\.|~\$|Thumbs\.db$|desktop\.ini$)/.test(one.path); });
    if (busy || !files.length || lacksUnit()) { return; }
    busy = true;
    one('[data-sending]', form).hidden = false;
    bar.max = files.length;
    tell('正在准备 ' + files.length + ' 个文件');
    start = fields(new FormData());
    start.append('name', files.length === 1 ? files[0].path : files[0].path.split('/')[0] + ' 等 ' + files.length + ' 个文件');
    begin(start, key, 1).then(function (batch) {
      if (batch.is_known) { busy = false; location.href = batch.href; return undefined; }
      function next() {
        var data = fields(new FormData()), size = 0, count = 0, file;
        if (sent >= files.length) {
          return post(batch.received, fields(new FormData())).then(function (done) { busy = false; location.href = done.href; });
        }
        while (sent + count < files.length && count < MOST_FILES) {
          file = files[sent + count];
          if (count && size + file.file.size > MOST_BYTES) { break; }
          data.append('files', file.file, file.file.name);
          data.append('paths', file.path);
          size += file.file.size;
          count += 1;
        }
        return post(batch.files, data).then(function () {
          sent += count;
          bar.value = sent;
          tell('已上传 ' + sent + ' / ' + files.length);
          return next();
        });
      }
      return next();
    }).catch(function (error) { busy = false; tell(error.message); });
  }
  function tell(text) { told.textContent = text; }

  // ----- progress: asked more and more rarely while nothing moves -----
  var progress = one('[data-progress]');
  if (progress) {
    var pause = 1000, before = '';
    var ask = function () {
      if (document.hidden) { setTimeout(ask, pause); return; }
      fetch(progress.getAttribute('data-progress'), { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
        .then(function (answer) { if (!answer.ok) { throw new Error(); } return answer.json(); })
        .then(function (now) {
          if (now.is_done) { location.reload(); return; }
          var meter = one('progress', progress);
          meter.max = now.total + now.settled + now.ordered;
          meter.value = now.read + now.settled;
          one('[data-told]', progress).textContent = now.sentence;
          pause = now.sentence === before ? Math.min(pause * 1.5, SLOWEST) : 1000;
          before = now.sentence;
          setTimeout(ask, pause);
        }, function () { pause = SLOWEST; setTimeout(ask, pause); });
    };
    setTimeout(ask, pause);
  }

  // ----- ticking -----
  var rows = one('[data-entries]');
  if (rows) {
    var whole = one('[data-whole]', rows), every = one('[data-tick-all]', rows);
    if (every) {
      every.hidden = false;
      every.addEventListener('change', function () {
        all('[name="entry"][type="checkbox"]', rows).forEach(function (box) { box.checked = every.checked; });
      });
    }
    if (whole) {
      whole.addEventListener('change', function () {
        all('[name="entry"][type="checkbox"]', rows).forEach(function (box) { box.disabled = whole.checked; });
      });
    }
  }
}());
