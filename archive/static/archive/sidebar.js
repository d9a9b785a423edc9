// Opens or closes the admin's sidebar before the page beside it is drawn. Django's own script does so afterwards, and the
// page would move.
"use strict";
document.getElementById("main").classList.toggle("shifted", localStorage.getItem("django.admin.navSidebarIsOpen") !== "false");
