/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters and searches what the table already says; the page is whole without it. */
(function () {
	"use strict";
	var form = document.querySelector("form.find");
	if (!form)
		return;
	document.documentElement.className += " script";
	var rows = Array.prototype.slice.call(document.querySelectorAll("#domains tbody tr"));
	var told = form.querySelector("output");
	function apply() {
		var word = form.elements.word.value.trim().toLowerCase();
		var state = form.elements.state.value;
		var code = form.elements.code.value;
		var shown = 0;
		rows.forEach(function (row) {
			var fits = (!state || row.dataset.state === state) &&
				(!code || (" " + row.dataset.codes + " ").indexOf(" " + code + " ") >= 0) &&
				(!word || row.dataset.name.indexOf(word) >= 0);
			row.hidden = !fits;
			if (fits)
				shown++;
		});
		told.textContent = shown + " of " + rows.length + " shown";
	}
	form.addEventListener("input", apply);
	form.addEventListener("submit", function (event) {
		event.preventDefault();
	});
	apply();
})();
