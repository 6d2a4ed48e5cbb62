// Offers to load the page anew every minute. The choice lasts as long as the tab; without this script nothing is missing.
{
  const KEY = "tandem-refresh";
  const button = document.getElementById("refresh");
  const isOn = () => sessionStorage.getItem(KEY) === "on";
  const show = () => button.setAttribute("aria-pressed", String(isOn()));
  const isBusy = () => document.hidden || document.activeElement?.matches("input, select, summary, pre");

  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      sessionStorage.setItem(KEY, isOn() ? "off" : "on");
      show();
    });
    show();
    setInterval(() => {
      if (isOn() && !isBusy()) location.reload();
    }, 60_000);
  }
}
