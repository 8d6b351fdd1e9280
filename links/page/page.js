(function () {
  "use strict";
  if (!navigator.clipboard) return;
  var said = document.getElementById("said");
  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    var label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.dataset.copy).textContent;
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = "Copied";
        said.textContent = "Copied";
      }, function () {
        said.textContent = "Your browser does not let this page copy: select the words and copy them.";
      });
      setTimeout(function () { button.textContent = label; said.textContent = ""; }, 3000);
    });
  });
  // A composer that takes no words: a press copies them on its way.
  document.querySelectorAll("a[data-words]").forEach(function (link) {
    link.addEventListener("click", function () {
      navigator.clipboard.writeText(link.dataset.words).catch(function () {});
    });
  });
})();
