/* What browsers keep in a menu, as a button on pages that hang on a wall. Without scripts it is not there. */
{
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
}
