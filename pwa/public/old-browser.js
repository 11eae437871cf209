/*
 * Says in words that this browser cannot run the app, instead of a page that never comes. It runs in any browser, however
 * old, so it is plain ES5 and no part of the build. What it asks for came with the oldest versions that the app is built
 * for: structuredClone with Chromium 98, CompressionStream with Safari 16.4 and Firefox 113; locks need HTTPS besides.
 */
(function () {
  function has(name) {
    return typeof window[name] === "function";
  }
  function show(id) {
    document.documentElement.setAttribute("data-cannot-run", "");
    document.getElementById(id).removeAttribute("hidden");
    document.getElementById("boot").setAttribute("hidden", "");
  }
  if (window.isSecureContext === false && !("locks" in navigator)) show("not-secure");
  else if (!has("structuredClone") || !has("CompressionStream") || !("locks" in navigator)) show("too-old");
})();
