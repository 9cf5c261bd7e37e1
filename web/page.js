/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorts and filters what the tables already say; the page is whole without it. */
(function () {
	"use strict";
	function all(node, selector) {
		return Array.prototype.slice.call(node.querySelectorAll(selector));
	}

	function keyOf(row, column) {
		var cell = row.cells[column];
		var key = cell.dataset.key !== undefined ? cell.dataset.key : cell.textContent.trim();
		var number = key === "" ? NaN : Number(key.replace(/,/g, ""));
		return {row: row, text: key.toLowerCase(), number: number, empty: key === ""};
	}

	function compare(left, right) {
		if (left.empty !== right.empty)
			return left.empty ? 2 : -2; /* what was not measured is last, either way */
		if (!isNaN(left.number) && !isNaN(right.number))
			return Math.sign(left.number - right.number);
		return left.text < right.text ? -1 : left.text > right.text ? 1 : 0;
	}

	function sort(table, column, down) {
		var body = table.tBodies[0];
		var keys = Array.prototype.map.call(body.rows, function (row) {
			return keyOf(row, column);
		});
		keys.sort(function (left, right) {
			var order = compare(left, right);
			return Math.abs(order) === 2 || !down ? order : -order;
		});
		keys.forEach(function (key) {
			body.appendChild(key.row);
		});
	}

	function makeSortable(table) {
		if (!table.tBodies[0] || table.tBodies[0].rows.length < 2)
			return;
		all(table, "thead th").forEach(function (head, column) {
			var button = document.createElement("button");
			button.type = "button";
			button.textContent = head.textContent;
			head.textContent = "";
			head.appendChild(button);
			button.addEventListener("click", function () {
				var now = head.getAttribute("aria-sort");
				var down = now ? now === "ascending" : head.className === "num";
				all(table, "thead th").forEach(function (other) {
					other.removeAttribute("aria-sort");
				});
				head.setAttribute("aria-sort", down ? "descending" : "ascending");
				sort(table, column, down);
			});
		});
	}

	function fits(row, field) {
		var value = row.dataset[field.name] || "";
		if (field.value === "")
			return true;
		if (field.tagName === "SELECT")
			return (" " + value + " ").indexOf(" " + field.value + " ") >= 0;
		return value.toLowerCase().indexOf(field.value.trim().toLowerCase()) >= 0;
	}

	function makeFilter(form) {
		var table = document.getElementById(form.dataset.of);
		var rows = all(table, "tbody tr");
		var fields = all(form, "input,select");
		var told = form.querySelector("output");
		function apply() {
			var shown = 0;
			rows.forEach(function (row) {
				row.hidden = !fields.every(function (field) {
					return fits(row, field);
				});
				if (!row.hidden)
					shown++;
			});
			told.textContent = shown + " of " + rows.length + " shown";
		}
		form.addEventListener("input", apply);
		form.addEventListener("submit", function (event) {
			event.preventDefault();
		});
		apply();
	}

	document.documentElement.className += " script";
	all(document, "table.sorts").forEach(makeSortable);
	all(document, "form.find").forEach(makeFilter);
})();
