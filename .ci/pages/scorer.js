// How the search ranks what it finds: Sphinx' own numbers, but a symbol's own heading comes first.
var Scorer = {
  score: ([page, title, anchor, description, score]) => {
    const query = (new URLSearchParams(location.search).get('q') || '').trim().toLowerCase();
    return title.toLowerCase().split(' > ').pop() === query && anchor ? score + 100 : score;
  },
  objNameMatch: 11, objPartialMatch: 6, objPrio: {0: 15, 1: 5, 2: -5}, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
};
