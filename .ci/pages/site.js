// The header's button that copies the text of the page, as one reads it: without buttons and marks of links.
async function copyPage(button) {
  const article = document.querySelector('article.bd-article').cloneNode(true);
  article.querySelectorAll('button, .headerlink, script, style').forEach(part => part.remove());
  document.body.append(article);  // only what is in the page has lines
  const text = article.innerText;
  article.remove();
  await navigator.clipboard.writeText(text);
  button.classList.add('copied');
  setTimeout(() => button.classList.remove('copied'), 1500);
}
