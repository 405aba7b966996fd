using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Tests.Contracts;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Storage;

public sealed class FileBlobsTests : BlobsContract, IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.File("blobs");

    public void Dispose() => _folder.Dispose();

    protected override IBlobs Open() => new FileBlobs(Root);

    [Fact]
    public async Task Nobody_else_may_read_a_blob_and_nothing_unfinished_stays()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await Open().PutAsync(Key, "1"u8.ToArray(), Cancel);

        foreach (var entry in Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Append(Root))
        {
            var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(Directory.Exists(entry) ? owner | UnixFileMode.UserExecute : owner, File.GetUnixFileMode(entry));
        }

        Assert.Equal("output", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))));
    }

    [Fact]
    public async Task What_was_put_is_there_for_the_next_process()
    {
        await Open().PutAsync(Key, "1"u8.ToArray(), Cancel);

        Assert.NotNull(await Open().GetAsync(Key, Cancel));
    }

    [Fact]
    public async Task What_is_old_is_dropped_with_its_folders_and_the_rest_stays()
    {
        var blobs = new FileBlobs(Root);
        await blobs.PutAsync("EXEC/ex_1/a/output", "1"u8.ToArray(), Cancel);
        await blobs.PutAsync("EXEC/ex_2/a/output", "2"u8.ToArray(), Cancel);
        File.SetLastWriteTimeUtc(Path.Combine(Root, "EXEC", "ex_1", "a", "output"), Now.AddSeconds(-1).UtcDateTime);
        File.SetLastWriteTimeUtc(Path.Combine(Root, "EXEC", "ex_2", "a", "output"), Now.AddSeconds(1).UtcDateTime);

        blobs.DropUntouchedSince(Now);

        Assert.Null(await blobs.GetAsync("EXEC/ex_1/a/output", Cancel));
        Assert.NotNull(await blobs.GetAsync("EXEC/ex_2/a/output", Cancel));
        Assert.Equal(["ex_2"], Directory.EnumerateDirectories(Path.Combine(Root, "EXEC")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_that_is_missing_is_away_not_empty()
    {
        var blobs = new FileBlobs(Root);
        await blobs.PutAsync(Key, "1"u8.ToArray(), Cancel);
        Directory.Move(Root, _folder.File("elsewhere"));

        await Assert.ThrowsAsync<TableUnavailableException>(() => blobs.GetAsync(Key, Cancel));
        await Assert.ThrowsAsync<TableUnavailableException>(() => blobs.PutAsync(Key, "1"u8.ToArray(), Cancel));
        Assert.Throws<TableUnavailableException>(() => blobs.DropUntouchedSince(Now));
    }

    [Fact]
    public async Task What_cannot_be_written_is_unavailable()
    {
        var blobs = new FileBlobs(Root);
        await File.WriteAllTextAsync(Path.Combine(Root, "EXEC"), "in the way", Cancel);

        await Assert.ThrowsAsync<TableUnavailableException>(() => blobs.PutAsync(Key, "1"u8.ToArray(), Cancel));
    }
}
