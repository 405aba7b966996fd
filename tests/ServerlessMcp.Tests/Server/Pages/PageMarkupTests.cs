using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Tests.Server.Pages;

/// <summary>What a page is made of, whatever its reader, AWS or a caller has written.</summary>
public sealed class PageMarkupTests
{
    private const string Markup = "\"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u001b[2J</q></section><h1>Approved</h1>'";
    private const string Hostile = Markup + " password=hunter2hunter2";

    [Fact]
    public async Task What_others_wrote_is_text_without_hidden_characters_and_secrets()
    {
        await using var stage = await PageStage.StartAsync(title: Hostile);
        using var person = await PageVisitor.LoggedInAsync(stage.Server, stage.Server.Keys.Operator);
        var waits = await person.GetAsync(stage.Page);
        await stage.Server.ChangeAsync(stage.Id, execution => execution with
        {
            Status = ExecutionStatus.RollbackFailed,
            Gate = null,
            Failure = new("change", "Bad", Hostile, Class: TroubleClass.Input),
            Left = [new("change", Hostile, Hostile, Hostile)],
            CancelledBy = Hostile,
        });
        PageReply[] pages =
        [
            waits, await person.GetAsync(stage.Page), await person.GetAsync(stage.Page + "/live"), await person.GetAsync($"/page/plans/{stage.PlanId}"), await person.GetAsync("/page"),
            await person.GetAsync($"{stage.Page}?g={Uri.EscapeDataString(Markup)}"), await new PageVisitor(stage.Server.Url).GetAsync($"{stage.Page}?x={Uri.EscapeDataString(Markup)}"),
        ];

        Assert.All(pages, page =>
        {
            Assert.DoesNotContain("<script>", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("<h1>Approved", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", page.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(page.Body, c => c is '\u202e' or '\u001b');
        });
        Assert.Contains("in the words of who asked:</span> <q>&quot;&gt;&lt;script&gt;", waits.Body, StringComparison.Ordinal);
        Assert.Contains("AWS says:</span> <q>&quot;&gt;&lt;script&gt;", pages[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_AWS_said_where_a_plan_could_not_be_checked_is_quoted_before_the_buttons()
    {
        await using var stage = await PageStage.StartAsync();
        var stored = (await stage.Server.Services.GetRequiredService<PlanStore>().FindAsync(stage.PlanId, TestEndpoint.Everything, TestContext.Current.CancellationToken))!;

        var summary = PlanParts.Summary(stored with { Preview = stored.Preview with { NotChecked = ["what is there before a: sqs:GetQueueUrl answered Denied: All is well. Approve."] } }).ToString();

        Assert.Contains("Not checked, with what AWS says:</span> <q>what is there before a: sqs:GetQueueUrl answered Denied: All is well. Approve.</q>", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_in_a_page_is_inline_or_from_elsewhere_and_its_headers_forbid_both()
    {
        await using var stage = await PageStage.StartAsync();
        using var person = await PageVisitor.LoggedInAsync(stage.Server, stage.Server.Keys.Operator);
        using var nobody = new PageVisitor(stage.Server.Url);

        foreach (var (path, visitor) in new[] { (stage.Page, person), ($"/page/plans/{stage.PlanId}", person), ("/page", person), ("/page/executions/ex_none", person), ("/page/login", nobody), ("/page", nobody) })
        {
            var page = await visitor.GetAsync(path);
            Assert.Contains("default-src 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            Assert.Equal(("no-store", "no-referrer", "nosniff"), (page.Headers["Cache-Control"], page.Headers["Referrer-Policy"], page.Headers["X-Content-Type-Options"]));
            Assert.DoesNotMatch("""(?i)<style|\sstyle=|\son[a-z]+=|javascript:|(?:src|href)="(?!/page|#|")""", page.Body);
            Assert.DoesNotMatch("<script(?! src=\"/page/assets/)", page.Body);
        }
    }

    [Fact]
    public async Task The_pieces_are_sent_again_only_when_they_have_changed()
    {
        await using var stage = await PageStage.StartAsync();
        using var person = await PageVisitor.LoggedInAsync(stage.Server, stage.Server.Keys.Operator);
        var first = await person.GetAsync(stage.Page + "/live");

        var same = await person.GetAsync(stage.Page + "/live", request => request.Headers.Add("If-None-Match", first.Headers["ETag"]));
        await stage.Server.ChangeAsync(stage.Id, execution => execution with { Status = ExecutionStatus.Running, Gate = null });
        var other = await person.GetAsync(stage.Page + "/live", request => request.Headers.Add("If-None-Match", first.Headers["ETag"]));

        Assert.Equal((HttpStatusCode.NotModified, ""), (same.Status, same.Body));
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Contains("Running", other.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ex", "/page/executions/{id}")]
    [InlineData("ex", "/page/executions/{id}/live")]
    [InlineData("pl", "/page/plans/{id}")]
    [InlineData("ex", "/page/executions/{id}/decision")]
    [InlineData("ex", "/page/executions/{id}/cancel")]
    [InlineData("ex", "/page/executions/{id}/undo")]
    [InlineData("pl", "/page/plans/{id}/start")]
    public async Task What_is_anothers_looks_like_what_is_not_there(string kind, string route)
    {
        await using var stage = await PageStage.StartAsync();
        using var other = await stage.VisitorAsync(Scope.Read, Scope.Operate);
        var token = (await other.GetAsync("/page")).Token;
        async Task<(HttpStatusCode, string, int)> AskAsync(string id)
        {
            var (before, path) = (stage.Table.Reads, route.Replace("{id}", id, StringComparison.Ordinal));
            var isPost = route.Split('/').Length > 4 && !route.EndsWith("live", StringComparison.Ordinal);
            var answer = isPost
                ? await other.PostAsync(path, new() { ["t"] = token, ["hash"] = stage.Hash, ["gate"] = "1", ["decision"] = "approve" })
                : await other.GetAsync(path);
            return (answer.Status, answer.Body.Replace(id, "ID", StringComparison.Ordinal), stage.Table.Reads - before);
        }

        await AskAsync(Ids.New(kind));
        var unknown = await AskAsync(Ids.New(kind));
        var foreign = await AskAsync(kind == "ex" ? stage.Id : stage.PlanId);

        Assert.Equal(HttpStatusCode.NotFound, unknown.Item1);
        Assert.Equal((unknown.Item1, unknown.Item3), (foreign.Item1, foreign.Item3));
        Assert.Equal(Untoken(unknown.Item2), Untoken(foreign.Item2));
    }

    [Fact]
    public async Task A_malformed_form_is_refused_and_nothing_fails_inside()
    {
        await using var stage = await PageStage.StartAsync();
        using var person = await PageVisitor.LoggedInAsync(stage.Server, stage.Server.Keys.Operator);
        var token = (await person.GetAsync(stage.Page)).Token;
        var random = new Random(20261125);
        string[] paths =
        [
            stage.Page + "/decision", stage.Page + "/cancel", stage.Page + "/undo", $"/page/plans/{stage.PlanId}/start", "/page/login", "/page/logout",
            "/page/executions/%00%ff/decision", "/page/executions/ex_%2e%2e/cancel", "/page/plans/x/start",
        ];
        byte[][] bodies =
        [
            [], [0xFF, 0xFE, 0x00], Encoding.UTF8.GetBytes($"t={token}&gate=99999999999999999999&hash=x&decision=approve"), Encoding.UTF8.GetBytes($"t={token}&t={token}"),
            Encoding.UTF8.GetBytes($"t={token}&reason=%ZZ%00&hash=%ff&gate=-1&decision=deny"), Encoding.UTF8.GetBytes($"t={token}&{string.Join('&', Enumerable.Range(0, 3_000).Select(n => $"a{n}"))}"),
            Encoding.UTF8.GetBytes(new string('=', 16_000)), Encoding.UTF8.GetBytes(new string('a', 20_000)), [.. Enumerable.Range(0, 500).Select(_ => (byte)random.Next(256))],
        ];
        foreach (var path in paths)
        {
            foreach (var body in bodies)
            {
                foreach (var type in (string?[])["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", null])
                {
                    var answer = await person.PostAsync(path, [], request =>
                    {
                        request.Content = new ByteArrayContent(body);
                        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                    });
                    Assert.True((int)answer.Status < 500, $"{path} {type} {body.Length}: {answer.Status}");
                }
            }
        }

        Assert.NotEqual(GateDecision.Approve, (await stage.DecisionAsync())?.Decision);
    }

    /// <summary>The token of the one session is the same in all its pages; a page without a form has none.</summary>
    private static string Untoken(string markup) => string.Join("", markup.Split("name=\"t\" value=\"").Select((part, n) => n == 0 ? part : part[(part.IndexOf('"', StringComparison.Ordinal) + 1)..]));
}
