// Keeps what is typed on a family's page in this browser until it went, and sends it without leaving the page (ADR 0011).
// The page works without this file. Old web views read it: nothing newer than ES5.
(function () {
  "use strict";
  var DAY_MS = 86400000;
  var WAIT_MS = 30000;
  var BRIEF = /^(five_no|contact)/; // a report in confidence, a number: never longer than this tab
  var BOX = /^box-/; // open to everybody: who comes next on this browser is somebody else
  var leaving = false;
  var sending = false;

  function get(store, key) {
    try {
      return JSON.parse(window[store].getItem(key));
    } catch (error) {
      return null; // shut, or full of something else: then nothing is kept, and the page works as without a script
    }
  }

  function put(store, key, value) {
    try {
      window[store].setItem(key, JSON.stringify(value));
    } catch (error) {
      // as above
    }
  }

  function drop(store, key) {
    try {
      window[store].removeItem(key);
    } catch (error) {
      // as above
    }
  }

  function forget(key) {
    drop("localStorage", "kept:" + key);
    drop("sessionStorage", "kept:" + key);
  }

  function each(list, deed) {
    for (var i = 0; i < list.length; i += 1) deed(list[i]);
  }

  function isWritten(field) {
    return field.name && field.type !== "hidden" && field.type !== "submit" && field.type !== "button";
  }

  function isTicked(field) {
    return (field.type !== "radio" && field.type !== "checkbox") || field.checked;
  }

  function pairsOf(form, wanted) {
    var pairs = [];
    each(form.elements, function (field) {
      if (field.name && wanted(field) && isTicked(field)) pairs.push([field.name, field.value]);
    });
    return pairs;
  }

  function tokenOf(form) {
    return form.elements.token ? form.elements.token.value : "";
  }

  function isBrief(field) {
    var about = field.name === "text" && field.form.elements.about_teacher;
    return BRIEF.test(field.name) || (about && about.checked);
  }

  function keep(form, tried) {
    var key = "kept:" + form.getAttribute("data-kept");
    var before = get("localStorage", key) || {};
    var brief = pairsOf(form, function (field) {
      return isWritten(field) && isBrief(field);
    });
    var long = pairsOf(form, function (field) {
      return isWritten(field) && !isBrief(field);
    });
    var same = before.tried && before.tried === tokenOf(form) ? before.tried : "";
    put("localStorage", key, { at: new Date().getTime(), pairs: long, tried: tried || same });
    put("sessionStorage", key, brief);
  }

  function unfold(field) {
    for (var at = field.parentNode; at && at.tagName !== "FORM"; at = at.parentNode)
      if (at.tagName === "DETAILS") at.open = true;
  }

  function fill(form, pairs) {
    each(form.elements, function (field) {
      if (!isWritten(field)) return;
      var said = pairs.filter(function (pair) {
        return pair[0] === field.name;
      });
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = said.some(function (pair) {
          return pair[1] === field.value;
        });
        if (field.checked && !field.defaultChecked) unfold(field);
      } else if (said.length) {
        field.value = said[0][1];
        if (field.value) unfold(field);
      }
    });
  }

  function restore(form) {
    var name = form.getAttribute("data-kept");
    var kept = get("localStorage", "kept:" + name);
    if (!kept || !form.hasAttribute("data-fresh")) return;
    fill(form, kept.pairs.concat(get("sessionStorage", "kept:" + name) || []));
    var fresh = tokenOf(form);
    if (kept.tried) form.elements.token.value = kept.tried; // it may have come in: sent under the same id it is the same sending
    var note = form.querySelector("[data-note]");
    note.hidden = false;
    note.querySelector("button").onclick = function () {
      forget(name);
      drop("sessionStorage", "went:" + name);
      form.reset();
      form.elements.token.value = fresh;
      note.hidden = true;
    };
    if (BOX.test(name))
      form.addEventListener("input", function () {
        form.elements.token.value = fresh; // other words are another sending
      });
  }

  function say(form, words) {
    var line = form.querySelector("[data-failed]");
    line.hidden = !words;
    line.textContent = words;
    form.querySelector("button.send").disabled = false;
    sending = false;
  }

  function failed(form) {
    if (leaving) return;
    var button = form.querySelector("button.send");
    button.textContent = button.getAttribute("data-again-words");
    say(form, form.querySelector("[data-failed]").getAttribute("data-failed"));
    button.focus();
  }

  // What comes back to be mended goes on under the token that this page sent, whatever the server draws anew: an answer of
  // before may have been lost, and under another one this would be another sending. After a 400 ours is no good.
  function goOn(sent, status) {
    var form = document.querySelector("form[data-kept]");
    var same = form && form.getAttribute("data-kept") === sent.getAttribute("data-kept");
    if (same && status !== 400) form.elements.token.value = tokenOf(sent);
  }

  function show(form, text, status) {
    var page = new DOMParser().parseFromString(text, "text/html");
    var main = page.querySelector("main.paper"); // a Wi-Fi that answers with its own page has none
    var old = document.querySelector("main");
    if (!main) return failed(form);
    sending = false;
    document.title = page.title;
    old.parentNode.replaceChild(document.importNode(main, true), old);
    window.scrollTo(0, 0);
    goOn(form, status);
    start();
    var head = document.querySelector("#problem") || document.querySelector(".urgent") || document.querySelector("h1");
    head.tabIndex = -1;
    head.focus();
  }

  function encoded(pairs) {
    return pairs
      .map(function (pair) {
        return encodeURIComponent(pair[0]) + "=" + encodeURIComponent(pair[1]);
      })
      .join("&");
  }

  function send(form) {
    var name = form.getAttribute("data-kept");
    var request = new XMLHttpRequest();
    sending = true;
    if (name) {
      keep(form, tokenOf(form));
      put("sessionStorage", "went:" + name, tokenOf(form));
    }
    form.querySelector("button.send").disabled = true;
    request.open("POST", form.action);
    request.timeout = WAIT_MS;
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("Accept", "text/html");
    request.onload = function () {
      show(form, request.responseText, request.status);
    };
    request.onerror =
      request.ontimeout =
      request.onabort =
        function () {
          failed(form);
        };
    request.send(
      encoded(
        pairsOf(form, function (field) {
          return field.type !== "submit";
        }),
      ),
    );
  }

  // Its page never came, or went with the tab: the same sending, once more, brings it.
  function offer(form) {
    var name = form.getAttribute("data-again");
    var kept = get("localStorage", "kept:" + name);
    var token = (kept && kept.tried) || get("sessionStorage", "went:" + name);
    if (!token || (kept && document.querySelector("form[data-kept]"))) return;
    var pairs = kept && kept.tried ? kept.pairs.concat(get("sessionStorage", "kept:" + name) || []) : [["again", "1"]];
    each(pairs.concat([["token", token]]), function (pair) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = pair[0];
      field.value = pair[1];
      form.appendChild(field);
    });
    form.hidden = false;
  }

  function bind(form) {
    function changed() {
      if (form.hasAttribute("data-kept")) keep(form);
    }
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", function (event) {
      if (!window.DOMParser || !window.XMLHttpRequest) return;
      event.preventDefault();
      if (!sending) send(form);
    });
  }

  function sized(to, big) {
    var bare = to.replace(/([?&])big=1&?/, "$1").replace(/[?&]$/, "");
    return big ? bare + (bare.indexOf("?") < 0 ? "?" : "&") + "big=1" : bare;
  }

  // Larger letters on the spot: nothing is sent, nothing typed is lost, and every way on from the page stays as large.
  function resize(button) {
    var words = button.textContent;
    var big = document.documentElement.className !== "big";
    var asked = document.querySelector("form[data-fresh]");
    var own = button.tagName === "A" ? button.getAttribute("href") : asked ? asked.getAttribute("action") : "";
    document.documentElement.className = big ? "big" : "";
    button.textContent = button.getAttribute("data-letters");
    button.setAttribute("data-letters", words);
    each(document.querySelectorAll("main form, main a"), function (way) {
      var name = way.tagName === "A" ? "href" : "action";
      if (way.getAttribute(name).charAt(0) === "/") way.setAttribute(name, sized(way.getAttribute(name), big));
    });
    if (own.split("?")[0] === location.pathname)
      history.replaceState(null, "", sized(location.pathname + location.search, big)); // a page that was asked for by its address
  }

  function sweep() {
    try {
      for (var i = localStorage.length - 1; i >= 0; i -= 1) {
        var key = localStorage.key(i);
        var kept = key.indexOf("kept:") === 0 && get("localStorage", key);
        if (kept && new Date().getTime() - kept.at > DAY_MS) localStorage.removeItem(key);
      }
    } catch (error) {
      // no store: nothing to sweep
    }
  }

  function start() {
    var went = document.querySelector("[data-went]");
    if (went) {
      forget(went.getAttribute("data-went"));
      if (BOX.test(went.getAttribute("data-went"))) drop("sessionStorage", "went:" + went.getAttribute("data-went"));
    }
    sweep();
    each(document.querySelectorAll("[data-letters]"), function (button) {
      button.hidden = false;
      button.onclick = function (event) {
        event.preventDefault();
        resize(button);
      };
    });
    each(document.querySelectorAll("form[data-again]"), offer);
    each(document.querySelectorAll("form[data-sends]"), function (form) {
      restore(form);
      bind(form);
    });
  }

  window.addEventListener("pagehide", function () {
    leaving = true;
  });
  window.addEventListener("pageshow", function () {
    leaving = false;
  });
  start();
})();
