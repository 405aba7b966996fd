using System.Text;
using ServerlessMcp.Executions;
using ServerlessMcp.Tests.House;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>Who may ask what. The page <c>docs/access-matrix.md</c> is this table; <c>SMCP_GOLDEN=write</c> writes it anew.</summary>
public sealed class AccessMatrixTests
{
    private const string Page = "docs/access-matrix.md";

    /// <summary>What each tool needs: written by hand, so that a new tool has to be thought about here.</summary>
    private static readonly Dictionary<string, string> Tools = new(StringComparer.Ordinal)
    {
        ["whoami"] = Scope.Read,
        ["find_operations"] = Scope.Read,
        ["aws_read"] = Scope.Read,
        ["find_resources"] = Scope.Read,
        ["get_resource"] = Scope.Read,
        ["get_execution"] = Scope.Read,
        ["list_executions"] = Scope.Read,
        ["aws_change"] = Scope.Operate,
        ["create_plan"] = Scope.Operate,
        ["execute_plan"] = Scope.Operate,
        ["cancel_execution"] = Scope.Operate,
        ["rollback_execution"] = Scope.Operate,
        ["retry_execution"] = Scope.Operate,
    };

    [Fact]
    public async Task Every_request_is_answered_as_the_table_says()
    {
        await using var issuer = await TestIssuer.StartAsync();
        using var matrix = await AccessMatrix.OpenAsync(issuer);
        var columns = await matrix.ColumnsAsync();
        var lines = new List<string>();
        var wrong = new List<string>();
        foreach (var row in matrix.Rows())
        {
            var answers = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var column in columns)
            {
                answers[column.Name] = await matrix.AskAsync(row, column);
                if (!IsRight(row, column.Name, answers[column.Name]))
                {
                    wrong.Add($"{row.Name} with {column.Name}: {answers[column.Name]}");
                }
            }

            lines.Add(Line(row.Name, answers));
        }

        var unasked = matrix.Unasked();
        await matrix.CloseAsync();
        var page = Text(lines, columns.Count, issuer.Bad().Count());
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            await File.WriteAllTextAsync(Path.Combine(Repository.Root, Page), page, TestContext.Current.CancellationToken);
        }

        Assert.Empty(wrong);
        Assert.Empty(unasked);
        Assert.Equal(CommittedFiles.Text(Page), page);
    }

    /// <summary>The rule, beside the table: who is not known gets 401, who lacks the scope 403, anybody else neither.</summary>
    private static bool IsRight(AccessMatrix.Row row, string column, int status)
    {
        if (row.Path.StartsWith("/page", StringComparison.Ordinal))
        {
            return IsRightPage(row.Name, column, status);
        }

        if (row.Path != "/mcp")
        {
            return status == (row.Path.StartsWith("/.well-known", StringComparison.Ordinal) ? 200 : 404);
        }

        if (!IsKnown(column))
        {
            return status == 401;
        }

        return Need(row.Name) is { } need && !column.EndsWith(need, StringComparison.Ordinal) ? status == 403 : status is 200 or 202 or 404 or 405;
    }

    /// <summary>A key with a scope that lets see logs in; a token does not. What is asked for here is nobody's, so who may ask gets 404.</summary>
    private static bool IsRightPage(string route, string column, int status)
    {
        var isKey = Scope.All.Any(scope => column == $"key {scope}");
        return route.Split(' ')[1] switch
        {
            var path when path.StartsWith("/page/assets", StringComparison.Ordinal) => status == 200,
            "/page/login" when isKey && route.StartsWith("POST", StringComparison.Ordinal) => status == (column == $"key {Scope.Operate}" ? 403 : 303),
            "/page/login" => status == 401 || (status == 413 && column == "token: too long"),
            "/page/enter" => status == 401,
            _ when !isKey || column == $"key {Scope.Operate}" => status == 401,
            "/page" => status == 200,
            "/page/logout" => status == 303,
            _ => status == 404,
        };
    }

    private static bool IsKnown(string column) => column == "token without scopes" || Scope.All.Any(scope => column == $"key {scope}" || column == $"token {scope}");

    private static string? Need(string row) => row.Split(' ') switch
    {
        ["tools/call", var tool] => Tools[tool],
        ["resources/read" or "prompts/get" or "tasks/get", ..] => Scope.Read,
        ["tasks/update" or "tasks/cancel"] => Scope.Operate,
        _ => null,
    };

    private static string Line(string row, Dictionary<string, int> answers)
    {
        var unknown = answers.Where(answer => !IsKnown(answer.Key)).Select(answer => answer.Value).Distinct();
        var scopes = Scope.All.Select(scope => string.Join('/', new[] { answers[$"key {scope}"], answers[$"token {scope}"] }.Distinct()));
        return $"| `{row}` | {string.Join('/', unknown)} | {string.Join(" | ", scopes)} | {answers["token without scopes"]} |";
    }

    private static string Text(List<string> lines, int columns, int bad)
    {
        var text = new StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
            # Who may ask what

            The HTTP status of each request, asked with {columns} ways of showing who one is. *Unknown* is: nothing; a key that is unknown, of another environment, expired, disabled, revoked or used from
            elsewhere; and {bad} kinds of bad tokens. A scope's column is asked with a key and with a token that have this scope alone. 200 is also what a tool answers to bad arguments.
            A page (`/page`) is asked after a login with the key, which tokens cannot; 404 is what the pages of nobody's executions answer who may ask for theirs.
            This page is written by a test. [What the scopes are](access.md).

            | request | unknown | read | operate | approve | admin | no scope |
            |---|---|---|---|---|---|---|

            """);
        return text.AppendJoin('\n', lines).Append('\n').ToString();
    }
}
