// Buttons that copy an address or a password: shown where a script runs, and nothing needs them.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const what = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(what.textContent.trim());
    button.textContent = "Copied";
  });
}
