// The messages of an admin page: read out once the page has loaded, and pinned to the window's top edge where a form is
// scrolled to the field that had the focus before it was saved.
"use strict";
{
  const region = document.getElementById("messages");

  // Screen readers announce what changes in a live region, not what the page comes with.
  const announce = () => {
    const list = region.firstElementChild;
    // Its place stays: what is below would move up and down again, under a finger that is about to touch it.
    region.style.minHeight = `${region.offsetHeight}px`;
    list.remove();
    setTimeout(() => {
      region.append(list);
      region.style.minHeight = "";
    }, 100);
  };
  const isAbove = () => region.getBoundingClientRect().bottom <= 0;
  const unpin = () => {
    region.classList.remove("pinned");
    region.querySelector("button")?.remove();
  };
  const pin = () => {
    region.classList.add("pinned");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.setAttribute("aria-label", region.dataset.close);
    button.addEventListener("click", () => {
      const hadFocus = document.activeElement === button;
      unpin();
      if (hadFocus) document.querySelector("#content h1")?.focus({ preventScroll: true });
    });
    region.append(button);
  };
  // Two frames after "load": the form's script has set the focus, which scrolls the page.
  const pinOnceScrolled = (frames) => requestAnimationFrame(() => {
    if (region.classList.contains("pinned")) return;
    if (isAbove()) pin();
    else if (frames > 0) pinOnceScrolled(frames - 1);
  });
  addEventListener("load", () => {
    announce();
    pinOnceScrolled(2);
  });
}
