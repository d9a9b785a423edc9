// The page of an upload while it is checked or loaded: looks every three seconds how far the work is, and shows a new
// state in place. The page is not loaded again, so that focus and reading position stay.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const look = async () => {
    const work = document.getElementById("import-work");
    if (!("running" in work.dataset)) return;
    try {
      const response = await fetch(location.href);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const newWork = page.getElementById("import-work");
      if (newWork && newWork.dataset.state !== work.dataset.state) {
        // The live region stays: screen readers announce what changes in it.
        document.getElementById("import-state").innerHTML = page.getElementById("import-state").innerHTML;
        const hadFocus = work.contains(document.activeElement);
        work.replaceWith(newWork);
        if (hadFocus) {
          newWork.tabIndex = -1;
          newWork.focus();
        }
      }
    } catch {
      // Without a connection the next look is in three seconds.
    }
    setTimeout(look, 3000);
  };
  setTimeout(look, 3000);
});
