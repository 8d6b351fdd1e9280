(function () {
  "use strict";
  var said = document.getElementById("said"), clearing;
  function say(text) {
    said.textContent = text;
    clearTimeout(clearing);
    clearing = setTimeout(function () { said.textContent = ""; }, 8000);
  }
  function each(selector, act) { document.querySelectorAll(selector).forEach(act); }
  function copy(text) {
    return navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject(new Error("no clipboard"));
  }

  if (navigator.clipboard) {
    each("button[data-copy]", function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        copy(button.closest(".card, .copied").querySelector(".words").textContent).then(function () {
          say("Copied");
        }, function () {
          say("Your browser does not let this page copy: select the words and copy them.");
        });
      });
    });
    // A composer that takes no words: a press copies them on its way.
    each("a[data-words]", function (link) {
      link.addEventListener("click", function () { copy(link.dataset.words).catch(function () {}); });
    });
  }

  // The picture, as a file for the share sheet. It is there before anybody presses: a sheet opens only at the
  // press itself, and phones do not take a later moment for it.
  var image = document.querySelector("img[data-file]"), picture = null;
  function fetchPicture() {
    if (!navigator.share || !navigator.canShare || !window.File) return;
    fetch(image.currentSrc || image.src, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.blob() : null;
    }).then(function (blob) {
      if (!blob) return;
      var extension = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif" }[blob.type];
      var file = extension && new File([blob], image.dataset.file + "." + extension, { type: blob.type });
      if (!file || !navigator.canShare({ files: [file] })) return;
      picture = file;
      each("[data-share=file]", function (button) { button.hidden = false; });
    }).catch(function () {});
  }
  function noPicture() { each("[data-picture]", function (part) { part.hidden = true; }); }
  if (image) {
    image.addEventListener("error", noPicture);
    if (!image.complete) image.addEventListener("load", fetchPicture);
    else if (image.naturalWidth > 0) fetchPicture();
    else noPicture();
  }

  // record tells Clarion of a share, three times at most. It can be told twice of one: it counts once.
  function record(address, tries) {
    return fetch(address, { method: "POST", credentials: "same-origin", keepalive: true }).then(function (answer) {
      if (!answer.ok) throw new Error("not counted");
    }).catch(function (error) {
      if (tries <= 1) throw error;
      return new Promise(function (wait) { setTimeout(wait, 1500); }).then(function () { return record(address, tries - 1); });
    });
  }
  function share(sheet, withFile) {
    var what = { title: sheet.dataset.title, text: sheet.dataset.words, url: sheet.dataset.link };
    if (withFile) what.files = [picture];
    copy(sheet.dataset.text).catch(function () {});
    navigator.share(what).then(function () {
      if (!sheet.dataset.record) return say("Handed to your app.");
      return record(sheet.dataset.record, 3).then(function () {
        say("Shared, and counted.");
      }, function () {
        say("Shared, but Clarion could not count it. Press a network’s button below to have it counted.");
      });
    }, function (error) {
      if (error.name === "AbortError") say("Nothing was shared, so nothing was counted.");
      else say("Your phone did not open its share menu. Use a button below, or copy the words.");
    });
  }
  if (navigator.share) {
    each(".sheet", function (sheet) {
      sheet.hidden = false;
      sheet.addEventListener("click", function (event) {
        var button = event.target.closest("[data-share]");
        if (button) share(sheet, button.dataset.share === "file");
      });
    });
  }
})();
