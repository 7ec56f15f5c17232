-- A file with one finding, opened in Neovim → the finding as Neovim shows it, written to $REPORT; its first fix, applied and saved.
local WAIT = 60000

local function finish(problem)
  if problem then
    io.stderr:write(problem .. '\n')
    vim.cmd('cquit 1')
  end
  vim.cmd('qall!')
end

local function ours(all)
  return vim.tbl_filter(function(it) return it.source == 'alien-rpc' end, all)
end

local function run()
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({
    name = 'typescript',
    cmd = vim.fn.json_decode(vim.env.LSP_COMMAND),
    root_dir = vim.fn.getcwd(),
  })
  vim.bo[buffer].filetype = 'typescript'
  vim.lsp.buf_attach_client(buffer, client)
  local shown = vim.wait(WAIT, function() return #ours(vim.diagnostic.get(buffer)) > 0 end, 50)
  if not shown then return 'no finding was shown in ' .. WAIT .. ' ms' end

  local diagnostics = {}
  for _, it in ipairs(ours(vim.diagnostic.get(buffer))) do
    table.insert(diagnostics, { code = it.code, line = it.lnum, source = it.source })
  end
  local found = ours(vim.diagnostic.get(buffer))[1]
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })

  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer) }
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, WAIT)
  local actions = answers and answers[client] and answers[client].result or {}
  local fixes = {}
  for _, action in ipairs(actions) do table.insert(fixes, action.title) end
  if #fixes == 0 then return 'no fix was offered' end

  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  vim.cmd('write')
  local report = vim.fn.json_encode({ diagnostics = diagnostics, fixes = fixes })
  vim.fn.writefile({ report }, vim.env.REPORT)
end

local ok, problem = pcall(run)
finish(problem)
