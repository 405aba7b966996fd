using Amazon.S3;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Lambda.Storage;
using ServerlessMcp.Tests.Contracts;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Lambda;

[Collection(WithEmulator.Name)]
public sealed class S3BlobsTests(EmulatorFixture emulator) : BlobsContract, IAsyncLifetime
{
    private readonly string _bucket = $"blobs-{Guid.NewGuid():N}";
    private AmazonS3Client? _client;

    public async ValueTask InitializeAsync()
    {
        // The emulator fails some of several puts of one key at once; a put is tried again, as against AWS.
        _client = new(EmulatorFixture.Credentials, new AmazonS3Config
        {
            ServiceURL = emulator.Direct.ToString(),
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            MaxErrorRetry = 8,
        });
        await _client.PutBucketAsync(_bucket, Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override IBlobs Open() => new S3Blobs(_client!, _bucket);

    [Fact]
    public async Task A_bucket_that_is_not_there_is_away_and_not_empty()
    {
        var blobs = new S3Blobs(_client!, $"{_bucket}-not");

        await Assert.ThrowsAsync<TableUnavailableException>(() => blobs.GetAsync(Key, Cancel));
        await Assert.ThrowsAsync<TableUnavailableException>(() => blobs.PutAsync(Key, "1"u8.ToArray(), Cancel));
    }
}
