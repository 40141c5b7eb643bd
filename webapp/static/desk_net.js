/* 坐席台 · talking to the server: JSON both ways, a lost log-in or server is said in one banner. */
(function () {
  'use strict';
  const root = document.getElementById('desk');
  if (!root) { return; }
  const banner = document.getElementById('banner');
  const text = banner.querySelector('[data-banner-text]');
  const login = banner.querySelector('[data-banner-login]');
  const retry = banner.querySelector('[data-banner-retry]');
  const RETRY_MS = 5000;
  const PATIENCE_MS = 15000;
  const UPLOAD_MS = 300000;
  const early = new Set();  // the fields written in while the scripts are still loading
  let trouble = '';
  let timer = 0;
  const waiting = [];

  // Each script hears a field only once all of them are there: none finds another one missing, and
  // what was written before is heard then.
  function hold(event) {
    event.stopImmediatePropagation();
    early.add(event.target);
  }
  document.querySelectorAll('#q, #reg input, #reg textarea').forEach(function (field) {
    if (field.type !== 'hidden' && field.value !== field.defaultValue) { early.add(field); }
  });
  document.addEventListener('input', hold, true);
  document.addEventListener('DOMContentLoaded', function () {
    document.removeEventListener('input', hold, true);
    early.forEach(function (field) { field.dispatchEvent(new Event('input', { bubbles: true })); });
  });

  function token() {
    const field = document.querySelector('input[name="csrf_token"]');
    return field ? field.value : '';
  }
  function setToken(value) {
    document.querySelectorAll('input[name="csrf_token"]').forEach(function (field) { field.value = value; });
  }

  function say(kind) {
    trouble = kind;
    banner.hidden = !kind;
    login.hidden = kind !== 'login';
    retry.hidden = !kind;
    clearTimeout(timer);
    if (kind === 'login') { text.textContent = '登录已过期，内容已保存在本机。请在新页重新登录，这一页不用关。'; }
    if (kind === 'away') { text.textContent = '服务器暂时连不上，内容已保存在本机，正在自动重试……'; }
    if (kind) { timer = setTimeout(ping, RETRY_MS); }
  }

  // Ask whether the server knows us again; if so, everything that waited goes on.
  function ping() {
    request(root.dataset.stateUrl, {}).then(function (state) {
      setToken(state.csrf_token);
      recovered();
    }, function () { /* the banner stays and the timer runs on */ });
  }
  // Where one address fails and the others answer, what waited is not sent again at every answer.
  let wentOn = -RETRY_MS;
  let later = 0;
  function goOn() {
    wentOn = performance.now();
    waiting.forEach(function (run) { run(); });
  }
  function recovered() {
    if (!trouble) { return; }
    say('');
    clearTimeout(later);
    const rest = wentOn + RETRY_MS - performance.now();
    if (rest > 0) { later = setTimeout(goOn, rest); } else { goOn(); }
  }
  retry.addEventListener('click', ping);
  window.addEventListener('focus', function () { if (trouble) { ping(); } });
  window.addEventListener('online', function () { if (trouble) { ping(); } });

  function problem(kind, body, status) {
    const error = (body && body.error) || {};
    const fields = {};
    (error.fields || []).forEach(function (field) { fields[field.name] = field.message; });
    const code = error.code || '';
    return { kind: kind, status: status, code: code, message: error.message || '', fields: fields, body: body };
  }

  function request(url, options) {
    const headers = Object.assign({ Accept: 'application/json' }, options.headers);
    const wanted = Object.assign({ credentials: 'same-origin' }, options, { headers: headers });
    return fetch(url, wanted).then(function (answer) {
      return answer.json().then(
        function (body) { return judge(answer, body); },
        // Only an answer that came whole and is not JSON is somebody else's page.
        function (error) { return error.name === 'SyntaxError' ? judge(answer, null) : broken(error); }
      );
    }, broken);
  }
  // Given up by ourselves (the next key was pressed), before or while the answer came; or no server.
  function broken(error) {
    if (error.name === 'AbortError') { throw { kind: 'aborted' }; }
    say('away');
    throw problem('away');
  }
  function judge(answer, body) {
    if (answer.ok && body) { return body; }
    if (answer.status === 401 || answer.ok) { say('login'); throw problem('login', body, answer.status); }
    if (answer.status >= 502) { say('away'); throw problem('away', body, answer.status); }
    throw problem('refused', body, answer.status);
  }

  function get(url, signal) {
    return request(url, { signal: signal }).then(function (body) { recovered(); return body; });
  }
  // A page left open over a new log-in has an old token: fetch a fresh one and send again, once.
  // What holds a file goes as it is, everything else as plain fields.
  function body_of(data) {
    const isForm = data instanceof FormData || data instanceof URLSearchParams;
    const hasFile = isForm && Array.from(data.values()).some(function (value) { return value instanceof File; });
    return hasFile ? data : new URLSearchParams(data);
  }
  function post(url, data, again) {
    const body = body_of(data);
    const options = { method: 'POST', body: body, headers: { 'X-CSRFToken': token() } };
    // A line that is neither up nor down: what is sent again is done once, by its form's token.
    if (AbortSignal.timeout) { options.signal = AbortSignal.timeout(body instanceof URLSearchParams ? PATIENCE_MS : UPLOAD_MS); }
    return request(url, options).then(
      function (answer) { recovered(); return answer; },
      function (error) {
        if (error.code !== 'csrf' || again) { throw error; }
        return request(root.dataset.stateUrl, {}).then(function (state) {
          setToken(state.csrf_token);
          body.set('csrf_token', state.csrf_token);
          return post(url, body, true);
        });
      }
    );
  }

  window.desk = {
    root: root,
    get: get,
    post: post,
    token: token,
    onRecovered: function (run) { waiting.push(run); }
  };
}());
