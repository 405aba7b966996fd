using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Tests.Server.Pages;

/// <summary>Who a browser is, for how long, and what a page does with a form that is not its own.</summary>
public sealed class PageSessionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cookie_is_for_this_host_alone_and_no_script_reads_it()
    {
        await using var stage = await PageStage.StartAsync();
        using var visitor = new PageVisitor(stage.Server.Url);

        var answer = await visitor.LogInAsync(stage.Server.Keys.Agent);

        Assert.StartsWith($"__Host-smcp-{stage.Server.Url.Port}=", answer.Set, StringComparison.Ordinal);
        Assert.Equal(["path=/", "secure", "samesite=strict", "httponly"], answer.Set!.Split("; ").Skip(1));
        Assert.DoesNotContain(stage.Server.Keys.Agent, answer.Set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_its_key_and_after_eight_hours()
    {
        await using var stage = await PageStage.StartAsync();
        var key = await stage.Server.NewKeyAsync(Scope.All.ToArray());
        using var revoked = await PageVisitor.LoggedInAsync(stage.Server, key);
        using var old = await stage.VisitorAsync(Scope.Read, Scope.Admin);
        var open = (await revoked.GetAsync(stage.Page)).Status;

        await stage.Server.Services.GetRequiredService<KeyStore>().RevokeAsync(key, TestEndpoint.Everything, Cancelled);
        var ended = await revoked.GetAsync(stage.Page);
        stage.Time.Advance(TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        var stillOpen = (await old.GetAsync(stage.Page)).Status;
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        var over = (await old.GetAsync(stage.Page)).Status;

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (open, ended.Status));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (stillOpen, over));
    }

    [Fact]
    public async Task A_cookie_that_was_changed_is_nobody()
    {
        await using var stage = await PageStage.StartAsync();
        using var visitor = await stage.VisitorAsync(Scope.Read);
        var good = visitor.Cookie;
        var operatorsId = KeyStore.IdOf(stage.Server.Keys.Operator);
        var parts = good.Split('=', 2)[1].Split('.');

        foreach (var cookie in (string[])[$"{operatorsId}.{parts[1]}.{parts[2]}.{parts[3]}.{parts[4]}", $"{parts[0]}.9999999999.{parts[2]}.{parts[3]}.{parts[4]}", "a.b.c.d.e", "....", "x"])
        {
            visitor.Cookie = $"{good.Split('=')[0]}={cookie}";
            Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync("/page")).Status);
        }
    }

    [Fact]
    public async Task Logged_out_is_out()
    {
        await using var stage = await PageStage.StartAsync();
        using var agent = await stage.AgentAsync();

        var answer = await agent.PressAsync(stage.Page, "/page/logout");

        Assert.Equal("/page/login", answer.Location);
        Assert.Contains("expires=Thu, 01 Jan 1970", answer.Set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_do_not_open_are_counted_with_those_of_the_endpoint()
    {
        await using var server = await TestEndpoint.StartAsync(new() { Region = "eu-west-1", Limits = AccessLimits.Shared });
        using var visitor = new PageVisitor(server.Url);
        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 11; n++)
        {
            statuses.Add((await visitor.LogInAsync(ApiKey.New(TestEndpoint.Environment).Reveal())).Status);
        }

        Assert.All(statuses.Take(10), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[10]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync("{}")).Response.StatusCode);
    }

    public static TheoryData<string> Foreign => ["no token", "another session's token", "another site's Origin", "another port's Origin", "a cross-site form", "Origin null and no word of the site"];

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_form_of_another_page_does_nothing(string what)
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);
        using var other = await stage.VisitorAsync(Scope.Approve);
        var token = what switch
        {
            "no token" => "",
            "another session's token" => (await other.GetAsync(stage.Page)).Token,
            _ => (await approver.GetAsync(stage.Page)).Token,
        };

        var answer = await approver.PostAsync(
            stage.Page + "/decision",
            new() { ["t"] = token, ["hash"] = stage.Hash, ["gate"] = "1", ["decision"] = "approve" },
            request =>
            {
                Set(request, "Origin", what switch { "another site's Origin" => "https://evil.example", "another port's Origin" => "http://127.0.0.1:9", _ => "null" });
                Set(request, "Sec-Fetch-Site", what switch { "a cross-site form" => "cross-site", "Origin null and no word of the site" => "", _ => "same-origin" });
            });

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Null(await stage.DecisionAsync());
    }

    [Fact]
    public async Task Origin_null_is_taken_for_pages_alone()
    {
        await using var stage = await PageStage.StartAsync();

        var (response, _) = await stage.Server.PostAsync("{}", request =>
        {
            request.Headers.Add("Origin", "null");
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        });

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_code_opens_once_and_for_two_minutes()
    {
        await using var stage = await PageStage.StartAsync();
        var codes = stage.Server.Services.GetRequiredService<PageCodes>();
        using var visitor = new PageVisitor(stage.Server.Url);
        var id = KeyStore.IdOf(stage.Server.Keys.Operator);
        var (good, old) = (await codes.MakeAsync(id, Cancelled), await codes.MakeAsync(id, Cancelled));

        var entered = await visitor.GetAsync($"/page/enter?code={good}&to={stage.Page}");
        var page = await visitor.GetAsync(entered.Location!);
        using var second = new PageVisitor(stage.Server.Url);
        var again = await second.GetAsync($"/page/enter?code={good}&to={stage.Page}");
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        var late = await second.GetAsync($"/page/enter?code={old}");

        Assert.Equal((HttpStatusCode.SeeOther, stage.Page), (entered.Status, entered.Location));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (again.Status, late.Status));
    }

    [Theory]
    [InlineData("https://evil.example/page/x")]
    [InlineData("//evil.example")]
    [InlineData("/page//evil.example")]
    [InlineData("/page/\\evil.example")]
    [InlineData("/page/a\r\nSet-Cookie: a=b")]
    [InlineData("/mcp")]
    public async Task A_login_leads_to_these_pages_only(string to)
    {
        await using var stage = await PageStage.StartAsync();
        using var visitor = new PageVisitor(stage.Server.Url);

        Assert.Equal("/page", (await visitor.LogInAsync(stage.Server.Keys.Agent, to)).Location);
    }

    [Fact]
    public async Task Without_keys_everybody_is_the_same_caller_and_forms_are_still_the_pages_own()
    {
        await using var server = await TestEndpoint.StartAsync(new()
        {
            Region = "eu-west-1",
            NoAuthPrincipal = new("local", "local", new HashSet<string>(StringComparer.Ordinal) { Scope.Read, Scope.Operate }),
        });
        var id = (string)(await server.CallAsync("aws_change", ToolTests.NoUndo))["structuredContent"]!["execution_id"]!;
        using var visitor = new PageVisitor(server.Url);

        var forged = await visitor.PostAsync($"/page/executions/{id}/cancel", []);
        var pressed = await visitor.PressAsync($"/page/executions/{id}", "/decision", "approve");

        Assert.Equal(HttpStatusCode.Forbidden, forged.Status);
        Assert.Equal(HttpStatusCode.SeeOther, pressed.Status);
    }

    [Fact]
    public async Task Who_comes_from_another_sites_link_is_asked_to_come_again_so_that_the_cookie_is_sent()
    {
        await using var stage = await PageStage.StartAsync();
        using var visitor = new PageVisitor(stage.Server.Url);

        var answer = await visitor.GetAsync(stage.Link, request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));

        Assert.Equal((HttpStatusCode.OK, null), (answer.Status, answer.Set));
        Assert.Contains("<meta http-equiv=\"refresh\"", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("i-0abc", answer.Body, StringComparison.Ordinal);
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        if (value.Length > 0)
        {
            request.Headers.Add(name, value);
        }
    }
}
