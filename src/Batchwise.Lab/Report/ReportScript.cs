namespace Batchwise.Lab;

/// <summary>The report's script: tables that sort and commands that copy. Without it the page reads as well.</summary>
static class ReportScript
{
    public const string Text = """
        document.querySelectorAll('table.sortable').forEach(table => {
          const body = table.tBodies[0], original = [...body.rows], heads = [...table.tHead.rows[0].cells];
          heads.forEach((head, column) => {
            const button = document.createElement('button');
            button.type = 'button';
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener('click', () => {
              const next = {none: 'ascending', ascending: 'descending', descending: 'none'}[head.getAttribute('aria-sort') || 'none'];
              const way = next === 'descending' ? -1 : 1, numeric = head.classList.contains('number');
              const key = row => numeric ? parseFloat(row.cells[column].dataset.key) : row.cells[column].textContent;
              const rows = next === 'none' ? original : [...original].sort((a, b) => {
                const x = key(a), y = key(b);
                if (!numeric) return way * x.localeCompare(y, 'en', {numeric: true});
                if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
                return way * (x - y);
              });
              heads.forEach(other => other.removeAttribute('aria-sort'));
              if (next !== 'none') head.setAttribute('aria-sort', next);
              body.append(...rows);
            });
          });
        });
        if (navigator.clipboard) document.querySelectorAll('.command').forEach(box => {
          const button = document.createElement('button');
          button.type = 'button';
          button.textContent = 'Copy';
          button.addEventListener('click', async () => {
            try { await navigator.clipboard.writeText(box.querySelector('code').textContent); button.textContent = 'Copied'; }
            catch { button.textContent = 'Not allowed'; }
          });
          box.append(button);
        });

        """;
}
