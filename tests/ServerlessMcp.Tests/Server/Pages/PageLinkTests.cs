using System.Net;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Tests.Server.Pages;

/// <summary>The signed link leads to the question and opens nothing.</summary>
public sealed class PageLinkTests
{
    [Fact]
    public async Task It_asks_who_one_is_and_goes_on_where_it_led()
    {
        await using var stage = await PageStage.StartAsync();
        using var nobody = new PageVisitor(stage.Server.Url);
        var key = await stage.Server.NewKeyAsync(Scope.Approve);

        var asked = await nobody.GetAsync(stage.Link);
        var answer = await nobody.LogInAsync(key, stage.Link);
        var page = await nobody.GetAsync(answer.Location!);

        Assert.Equal(HttpStatusCode.Unauthorized, asked.Status);
        Assert.DoesNotContain("i-0abc", asked.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, stage.Link), (answer.Status, answer.Location));
        Assert.Contains("/decision", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("g=1", "g=2")]
    [InlineData("e=1", "e=2")]
    [InlineData("k=p", "k=q")]
    [InlineData("s=", "s=A")]
    [InlineData("g=1&", "")]
    [InlineData("&s=", "&x=")]
    [InlineData("s=", "s=%00")]
    public async Task Whatever_is_changed_in_it_nobody_decides_by_it(string part, string other)
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);
        var forged = stage.Link.Replace(part, other, StringComparison.Ordinal);

        var page = await approver.GetAsync(forged);
        var pressed = await approver.PostAsync($"{stage.Page}/decision?{forged.Split('?')[1]}", Form(stage, page.Token));

        Assert.NotEqual(stage.Link, forged);
        Assert.Contains("is not genuine", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/decision", page.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, pressed.Status);
        Assert.Contains("link_not_genuine", pressed.Body, StringComparison.Ordinal);
        Assert.Null(await stage.DecisionAsync());
    }

    [Fact]
    public async Task It_is_of_one_execution_alone()
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);

        var second = (string)(await stage.Server.CallAsync("aws_change", ToolTests.StopOther))["structuredContent"]!["execution_id"]!;
        var page = await approver.GetAsync($"/page/executions/{second}?{stage.Link.Split('?')[1]}");

        Assert.Contains("is not genuine", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_its_question()
    {
        await using var stage = await PageStage.StartAsync();
        using var approver = await stage.VisitorAsync(Scope.Approve);
        stage.Time.SetUtcNow((await stage.ExecutionAsync()).Gate!.ExpiresAt);

        // The session is older than its eight hours, too.
        await approver.LogInAsync(await stage.Server.NewKeyAsync(Scope.Approve));
        var page = await approver.GetAsync(stage.Link);
        var byLink = await approver.PostAsync($"{stage.Page}/decision?{stage.Link.Split('?')[1]}", Form(stage, page.Token));
        var byPage = await approver.PostAsync($"{stage.Page}/decision", Form(stage, page.Token));

        Assert.Contains("has expired", page.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.Gone), (byLink.Status, byPage.Status));
        Assert.Contains("link_expired", byLink.Body, StringComparison.Ordinal);
        Assert.Contains("gate_expired", byPage.Body, StringComparison.Ordinal);
        Assert.Null(await stage.DecisionAsync());
    }

    private static Dictionary<string, string> Form(PageStage stage, string token) =>
        new() { ["t"] = token, ["hash"] = stage.Hash, ["gate"] = "1", ["decision"] = "approve" };
}
