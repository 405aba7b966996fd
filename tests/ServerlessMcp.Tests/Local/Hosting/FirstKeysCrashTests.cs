using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Engine;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>A first start that dies must not leave a database whose door nobody can open.</summary>
public sealed class FirstKeysCrashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LocalFiles Files => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dying_after_the_keys_are_committed_leaves_their_file_and_they_open()
    {
        await Assert.ThrowsAsync<ProcessDeath>(() => StartAsync(number => throw new ProcessDeath()));

        await using var host = await StartAsync();

        await DoorOpensAsync(host);
    }

    [Fact]
    public async Task Dying_between_the_file_and_the_commit_is_mended_by_the_next_start()
    {
        await (await StartAsync()).DisposeAsync();
        var keys = Files.Keys()!;
        foreach (var file in Directory.GetFiles(_folder.Path, "smcp.db*"))
        {
            File.Delete(file);
        }

        await using var host = await StartAsync();

        Assert.Equal(keys, Files.Keys());
        await DoorOpensAsync(host);
    }

    [Fact]
    public async Task Dying_while_the_file_is_written_leaves_no_half_file()
    {
        await File.WriteAllTextAsync(Files.KeysPath + ".new", "{\"agent\":\"smcp_", Cancelled);

        await using var host = await StartAsync();

        await DoorOpensAsync(host);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\"agent\":\"smcp_")]
    [InlineData("{}")]
    public async Task A_file_that_is_lost_or_broken_is_a_sentence_and_not_two_new_keys(string? text)
    {
        await (await StartAsync()).DisposeAsync();
        File.Delete(Files.KeysPath);
        if (text is not null)
        {
            await File.WriteAllTextAsync(Files.KeysPath, text, Cancelled);
        }

        var refused = await Assert.ThrowsAsync<CallerException>(() => StartAsync());

        Assert.Equal("no_key", refused.Code);
        Assert.Contains(Files.KeysPath, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_of_another_folder_is_refused()
    {
        await (await StartAsync()).DisposeAsync();
        var made = ServerlessMcp.Server.Access.FirstKeys.Make(LocalKeyring.Environment);
        Files.Keep(new LocalKeys(made.Agent, made.Operator));

        var refused = await Assert.ThrowsAsync<CallerException>(() => StartAsync());

        Assert.Equal("no_key", refused.Code);
        Assert.DoesNotContain("smcp_", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pepper_that_is_lost_or_cut_off_is_a_sentence_and_not_a_new_one(bool isThere)
    {
        await (await StartAsync()).DisposeAsync();
        File.Delete(Files.PepperPath);
        if (isThere)
        {
            await File.WriteAllTextAsync(Files.PepperPath, "p1:", Cancelled);
        }

        var refused = await Assert.ThrowsAsync<CallerException>(() => StartAsync());
        using var door = new DatabaseDoor(Files);
        var byCommand = await Assert.ThrowsAsync<CallerException>(() => door.CreateKeyAsync(new("ci", [Scope.Read]), Cancelled));

        Assert.Equal(("no_pepper", "no_pepper"), (refused.Code, byCommand.Code));
        Assert.Contains(Files.PepperPath, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_key_that_was_rotated_stands_in_the_file_and_opens_after_a_restart_too()
    {
        await (await StartAsync()).DisposeAsync();
        var before = Files.Keys()!;
        using (var door = new DatabaseDoor(Files))
        {
            var rotated = await door.RotateKeyAsync(before.Operator, Cancelled);
            Files.Replace(rotated.Old.Id, rotated.Key);
        }

        await using var host = await StartAsync();

        Assert.NotEqual(before.Operator, host.Keys.Operator);
        Assert.Equal(before.Agent, host.Keys.Agent);
        using var open = OperatorDoor.Open(Files);
        Assert.Equal(3, (await open.KeysAsync(Cancelled)).Count);
    }

    private async Task DoorOpensAsync(LocalHost host)
    {
        using var door = OperatorDoor.Open(Files);
        var keys = await door.KeysAsync(Cancelled);
        Assert.Equal(["agent", "operator"], keys.Select(key => key.Name).Order(StringComparer.Ordinal));
        Assert.Equal(host.Keys, Files.Keys());
        Assert.True(PrivateFile.IsPrivate(Files.KeysPath));
    }

    /// <summary>On an AWS endpoint that nobody listens on: a start asks AWS nothing.</summary>
    private Task<LocalHost> StartAsync(Action<int>? committed = null)
    {
        var flags = new Dictionary<string, string> { ["--data"] = _folder.Path, ["--port"] = "0", ["--aws-endpoint"] = "http://127.0.0.1:1" };
        var settings = new SettingsReader(_ => null, _folder.Path).Read(flags);
        return LocalHost.StartAsync(settings, TimeProvider.System, _ => { }, committed is null ? null : new(committed, new()), Cancelled);
    }
}
