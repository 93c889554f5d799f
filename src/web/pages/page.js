// Buttons that copy an address or a password: shown where a script runs and may copy, and nothing needs them.
const buttons = navigator.clipboard ? document.querySelectorAll("[data-copy]") : [];
const said = document.createElement("span");
said.setAttribute("role", "status");
for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const what = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(what.textContent.trim());
    said.textContent = "";
    button.after(said);
    said.textContent = "Copied";
  });
}
