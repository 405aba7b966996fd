using System.Text;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Contracts;

/// <summary>What every home of the blobs keeps; each adapter has a sealed subclass.</summary>
public abstract class BlobsContract
{
    protected const string Key = "EXEC/ex_1/a/output";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>New and empty.</summary>
    protected abstract IBlobs Open();

    [Fact]
    public async Task What_was_put_comes_back_byte_for_byte()
    {
        var blobs = Open();
        var json = Encoding.UTF8.GetBytes($$"""{"text":"ä🙂\"{{new string('x', 1_000_000)}}"}""");

        await blobs.PutAsync(Key, json, Cancel);

        Assert.True((await blobs.GetAsync(Key, Cancel))!.Value.Span.SequenceEqual(json));
    }

    [Fact]
    public async Task A_key_nobody_put_is_null()
    {
        var blobs = Open();
        await blobs.PutAsync(Key, "1"u8.ToArray(), Cancel);

        Assert.Null(await blobs.GetAsync("EXEC/ex_1/a/before", Cancel));
        Assert.Null(await blobs.GetAsync("EXEC/ex_2/a/output", Cancel));
    }

    [Fact]
    public async Task The_same_put_again_is_harmless_and_another_replaces_it_whole()
    {
        var blobs = Open();
        await blobs.PutAsync(Key, "[1,2,3]"u8.ToArray(), Cancel);
        await blobs.PutAsync(Key, "[1,2,3]"u8.ToArray(), Cancel);
        Assert.Equal("[1,2,3]", await TextAsync(blobs, Key));

        await blobs.PutAsync(Key, "[4]"u8.ToArray(), Cancel);
        Assert.Equal("[4]", await TextAsync(blobs, Key));
    }

    [Fact]
    public async Task Puts_of_one_key_at_once_leave_one_of_them_whole()
    {
        var blobs = Open();
        var texts = Enumerable.Range(0, 8).Select(n => $"\"{new string((char)('a' + n), 50_000)}\"").ToList();

        await Task.WhenAll(texts.Select(text => Task.Run(() => blobs.PutAsync(Key, Encoding.UTF8.GetBytes(text), Cancel))));

        Assert.Contains(await TextAsync(blobs, Key), texts);
    }

    [Fact]
    public async Task Keys_stand_apart()
    {
        var blobs = Open();
        foreach (var key in new[] { "EXEC/ex_1/a/output", "EXEC/ex_1/a/before", "EXEC/ex_1/b/output", "EXEC/ex_2/a/output" })
        {
            await blobs.PutAsync(key, Encoding.UTF8.GetBytes($"\"{key}\""), Cancel);
        }

        Assert.Equal("\"EXEC/ex_1/b/output\"", await TextAsync(blobs, "EXEC/ex_1/b/output"));
        Assert.Equal("\"EXEC/ex_1/a/output\"", await TextAsync(blobs, "EXEC/ex_1/a/output"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("/etc/passwd")]
    [InlineData("EXEC/../../x")]
    [InlineData("EXEC/./x")]
    [InlineData("EXEC/.hidden")]
    [InlineData("EXEC//x")]
    [InlineData("EXEC/x/")]
    [InlineData("EXEC/x\n")]
    [InlineData("EXEC/a b")]
    [InlineData("EXEC\\..\\x")]
    [InlineData("EXEC/C:x")]
    [InlineData("EXEC/a\0b")]
    [InlineData("EXEC/ä")]
    [InlineData("a/b/c/d/e/f")]
    public async Task A_key_that_could_mean_another_place_is_refused(string key)
    {
        var blobs = Open();

        await Assert.ThrowsAsync<ArgumentException>(() => blobs.PutAsync(key, "1"u8.ToArray(), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => blobs.GetAsync(key, Cancel));
    }

    private static async Task<string> TextAsync(IBlobs blobs, string key) => Encoding.UTF8.GetString((await blobs.GetAsync(key, Cancel))!.Value.Span);
}
